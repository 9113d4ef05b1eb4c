import type { ASTNode } from '@marcbachmann/cel-js';

/** Methods that cel-js expands into a loop. */
const COMPREHENSIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map']);

/** A loop over `range`, running `body` with `variable` bound to each element. */
export interface Comprehension {
  readonly method: string;
  readonly range: ASTNode;
  readonly variable: ASTNode;
  readonly body: readonly ASTNode[];
}

/** The loop that a node is, if it is one. */
export function comprehension(node: ASTNode): Comprehension | undefined {
  if (node.op !== 'rcall') return undefined;
  const [method, range, args] = node.args;
  const [variable, ...body] = args;
  if (!COMPREHENSIONS.has(method) || variable === undefined || body.length === 0) return undefined;
  return { method, range, variable, body };
}

/** The operands of a node, in source order. */
export function operands(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case '!_':
    case '-_':
      return [node.args];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    default:
      return node.args;
  }
}

/** Calls `visit` for a node and everything below it. */
export function walk(node: ASTNode, visit: (node: ASTNode) => void): void {
  visit(node);
  for (const operand of operands(node)) walk(operand, visit);
}

/** `a.b` for `a.b` and `a["b"]` where `a` is a name; undefined for anything else. */
export function factPath(node: ASTNode): string | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [base, key] = node.args;
  if (base.op !== 'id') return undefined;
  const field = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined;
  return typeof field === 'string' ? `${base.args}.${field}` : undefined;
}
