import type { ASTNode } from '@marcbachmann/cel-js';
import type { ExpressionProblem } from './problem.ts';
import { type Comprehension, comprehension, operands } from './syntax.ts';

/** The functions of the supported subset: linear in their input and the same in every CEL engine. */
export const FUNCTIONS: ReadonlySet<string> = new Set(['has', 'size', 'int', 'double', 'string', 'bool']);
/** Its methods, comprehensions included. */
export const METHODS: ReadonlySet<string> = new Set([
  ...['size', 'startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii'],
  ...['all', 'exists', 'exists_one', 'filter', 'map'],
]);

const MAX_INT = 9_223_372_036_854_775_807n;
const REMEDY_MATCHES = 'regular expressions can run for minutes; use startsWith, endsWith or contains';
const REMEDY_FUNCTION = `functions: ${[...FUNCTIONS].join(', ')}; methods: ${[...METHODS].join(', ')}`;

/** What stands in an expression but not in the supported subset. `names`: what may be read without a loop. */
export function outsideSubset(ast: ASTNode, names: ReadonlySet<string>): readonly ExpressionProblem[] {
  const problems: ExpressionProblem[] = [];
  visit(ast, []);
  return problems;

  function report(code: ExpressionProblem['code'], offset: number, message: string, remedy: string): void {
    problems.push({ code, offset, message, remedy });
  }

  function visit(node: ASTNode, loopVariables: readonly string[]): void {
    const loop = comprehension(node);
    if (loop !== undefined) {
      visitLoop(node, loop, loopVariables);
      return;
    }
    if (node.op === 'id' && !loopVariables.includes(node.args) && !names.has(node.args)) {
      report('cel_unknown_name', node.start, `unknown name ${node.args}`, `names: ${[...names].join(', ')}`);
    }
    if (node.op === 'value') visitLiteral(node.args, node.start);
    if (node.op === 'call' && !FUNCTIONS.has(node.args[0])) banned(node.args[0], node.start);
    else if (node.op === 'rcall' && !METHODS.has(node.args[0])) banned(node.args[0], methodOffset(node));
    else for (const operand of operands(node)) visit(operand, loopVariables);
  }

  function visitLoop(node: ASTNode, loop: Comprehension, outer: readonly string[]): void {
    if (outer.length > 0) {
      const remedy = `move ${loop.method}(…) into a variable or out of the loop over ${outer.at(-1)}`;
      report(
        'cel_nested_comprehension',
        methodOffset(node),
        'a comprehension inside a comprehension',
        remedy,
      );
    }
    visit(loop.range, outer);
    const name = loop.variable.op === 'id' ? loop.variable.args : '';
    if (names.has(name)) {
      report(
        'cel_shadowed_name',
        loop.variable.start,
        `${name} is a fact`,
        'give the loop variable another name',
      );
    }
    for (const part of loop.body) visit(part, [...outer, name]);
  }

  function visitLiteral(value: unknown, offset: number): void {
    const tooLarge = typeof value === 'bigint' && value > MAX_INT;
    if (!tooLarge && (typeof value !== 'object' || value === null)) return;
    const message = tooLarge ? 'an int above 2^63-1' : 'bytes and unsigned literals are not supported';
    report('cel_unsupported_literal', offset, message, 'write a string, bool, double, null or 64-bit int');
  }

  function banned(name: string, offset: number): void {
    const remedy = name === 'matches' ? REMEDY_MATCHES : REMEDY_FUNCTION;
    report('cel_banned_function', offset, `function ${name} is not available in policies`, remedy);
  }
}

/** Where the name of a called method stands: after its receiver and the dot. */
function methodOffset(node: ASTNode): number {
  if (node.op !== 'rcall') return node.start;
  const [method, receiver] = node.args;
  const found = node.input.indexOf(method, receiver.end);
  return found < 0 ? node.start : found;
}
