import type { ASTNode } from '@marcbachmann/cel-js';
import type { ExpressionProblem } from './problem.ts';
import { ENUMERATIONS } from './schema.ts';
import { factPath, walk } from './syntax.ts';

/**
 * Comparisons of an enumerated fact with a text that it can never be. CEL's types let `tool.action == "remove"`
 * pass, and the rule would silently never fire (or, with `!=`, always).
 */
export function misspeltConstants(ast: ASTNode): readonly ExpressionProblem[] {
  const problems: ExpressionProblem[] = [];
  walk(ast, (node) => {
    if (node.op !== '==' && node.op !== '!=' && node.op !== 'in') return;
    const [left, right] = node.args;
    compare(left, right);
    if (node.op !== 'in') compare(right, left);
  });
  return problems;

  function compare(fact: ASTNode, constant: ASTNode): void {
    const path = factPath(fact);
    const members = path === undefined ? undefined : ENUMERATIONS.get(path);
    if (members === undefined) return;
    for (const literal of constant.op === 'list' ? constant.args : [constant]) {
      if (literal.op !== 'value' || typeof literal.args !== 'string' || members.includes(literal.args))
        continue;
      problems.push({
        offset: literal.start,
        code: 'enum_constant',
        message: `${path} is never "${literal.args}"`,
        remedy: `use one of ${members.join(', ')}`,
      });
    }
  }
}
