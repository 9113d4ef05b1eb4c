import { MAX_NESTING } from './limits.ts';
import type { Node } from './node.ts';

/**
 * A subschema that leads back to itself, or too far, while the value stays the same: it would never judge anything.
 * Going round by way of a member is fine, for values end.
 */
export function endless(nodes: Iterable<Node>): Node | undefined {
  const done = new Set<Node>();
  const open = new Set<Node>();
  const visit = (node: Node): Node | undefined => {
    if (done.has(node)) return undefined;
    if (open.has(node) || open.size >= MAX_NESTING) return node;
    open.add(node);
    for (const next of node.inPlace) {
      const found = visit(next);
      if (found) return found;
    }
    open.delete(node);
    done.add(node);
    return undefined;
  };
  for (const node of nodes) {
    const found = visit(node);
    if (found) return found;
  }
  return undefined;
}
