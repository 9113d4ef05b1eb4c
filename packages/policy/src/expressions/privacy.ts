import type { ASTNode } from '@marcbachmann/cel-js';
import type { ExpressionProblem } from './problem.ts';
import { operands } from './syntax.ts';

const CLEAR_CALL_FIELDS: ReadonlySet<string> = new Set(['session_id', 'intent_id', 'confidence']);
const REMEDY = 'use ids and tool facts; free text may not enter the clear part of the record';

/**
 * Reads of what may be personal: the arguments, the free text `call.reason`, and variables built from them.
 * A rule's reason is stored in the clear and outlives the erasure of the arguments.
 */
export function privateReads(
  ast: ASTNode,
  variables: ReadonlyMap<string, { readonly readsPrivate: boolean }>,
): readonly ExpressionProblem[] {
  const problems: ExpressionProblem[] = [];
  visit(ast);
  return problems;

  function visit(node: ASTNode): void {
    const name = privateName(node);
    if (name !== undefined) {
      problems.push({
        offset: node.start,
        code: 'private_reason',
        message: `a reason reads ${name}`,
        remedy: REMEDY,
      });
      return;
    }
    if (isClearField(node)) return;
    for (const operand of operands(node)) visit(operand);
  }

  /** A bare `call` or `vars`, or one indexed by a computed name, could be any of its fields. */
  function privateName(node: ASTNode): string | undefined {
    if (node.op === 'id') return ['args', 'call', 'vars'].includes(node.args) ? node.args : undefined;
    if (node.op !== '.' || node.args[0].op !== 'id') return undefined;
    const [base, field] = [node.args[0].args, node.args[1]];
    const isPrivate =
      (base === 'call' && !CLEAR_CALL_FIELDS.has(field)) ||
      (base === 'vars' && variables.get(field)?.readsPrivate === true);
    return isPrivate ? `${base}.${field}` : undefined;
  }

  function isClearField(node: ASTNode): boolean {
    return node.op === '.' && node.args[0].op === 'id' && ['call', 'vars'].includes(node.args[0].args);
  }
}
