import type { ASTNode } from '@marcbachmann/cel-js';
import { intendedEnvironment } from './environments.ts';
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
    if (path === undefined) return;
    for (const literal of constant.op === 'list' ? constant.args : [constant]) {
      if (literal.op !== 'value' || typeof literal.args !== 'string') continue;
      const misspelling = misspelt(path, literal.args);
      if (misspelling !== undefined)
        problems.push({ offset: literal.start, code: 'enum_constant', ...misspelling });
    }
  }
}

/** What is wrong with a constant for the fact at `path`, if anything is. */
export function misspelt(
  path: string,
  constant: string,
): Pick<ExpressionProblem, 'message' | 'remedy'> | undefined {
  const members = ENUMERATIONS.get(path);
  const intended = path === 'tool.environment' ? intendedEnvironment(constant) : undefined;
  if (intended !== undefined) {
    return {
      message: `${path} is hardly "${constant}"`,
      remedy: `write ${intended}, or name the environment otherwise`,
    };
  }
  if (members === undefined || members.includes(constant)) return undefined;
  return { message: `${path} is never "${constant}"`, remedy: `use one of ${members.join(', ')}` };
}
