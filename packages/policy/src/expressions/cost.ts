import type { ASTNode } from '@marcbachmann/cel-js';
import { CHARS_OF_AN_ELEMENT, MAX_ARGUMENT_ELEMENTS, MAX_FACT_CHARS } from '../limits.ts';
import { comprehension, factPath, operands } from './syntax.ts';

/**
 * What an expression can cost in the worst case. `size` bounds its value: list elements, or the same share of the
 * largest possible string, 1 for everything that does not grow with the arguments. `steps` bounds the work.
 */
export interface Cost {
  readonly size: number;
  readonly steps: number;
}

/** The same on the smallest arguments and on the largest ones: between them it grows with the arguments. */
export interface CostRange {
  readonly least: Cost;
  readonly most: Cost;
}

/** `user.roles` has a handful of entries; this many are assumed. */
const ROLES = 64;
/** The text that an agent gives as reason, as the share of the largest possible string. */
const REASON = Math.ceil(MAX_FACT_CHARS / CHARS_OF_AN_ELEMENT);
/** One element of a loop: small on average, because all elements together are one value. */
const ELEMENT = 2;
/** A search for one text in another, both from the arguments, is quadratic: never affordable. */
const QUADRATIC = 1_000_000;
/** The size of a text is counted character by character, which takes longer than to search it. */
const COUNTED = 10;
/** Comparing two large values descends into them. */
const DEEP = 20;

/** What an expression costs on the smallest and on the largest arguments, given that of the variables it may read. */
export function estimateCost(
  ast: ASTNode,
  variables: ReadonlyMap<string, { readonly cost: CostRange }>,
): CostRange {
  const sizeOf = (end: keyof CostRange) => (name: string) => variables.get(name)?.cost[end].size;
  return {
    least: costOn(1, ast, sizeOf('least')),
    most: costOn(MAX_ARGUMENT_ELEMENTS, ast, sizeOf('most')),
  };
}

function costOn(elements: number, ast: ASTNode, sizeOf: (variable: string) => number | undefined): Cost {
  return estimate(ast, undefined);

  function estimate(node: ASTNode, loopVariable: string | undefined): Cost {
    const loop = comprehension(node);
    if (loop !== undefined) {
      const range = estimate(loop.range, loopVariable);
      const name = loop.variable.op === 'id' ? loop.variable.args : undefined;
      const body = sum(loop.body.map((part) => estimate(part, name)));
      const grows = loop.method === 'map' || loop.method === 'filter';
      return {
        size: grows ? range.size * body.size : 1,
        steps: range.steps + range.size * (body.steps + 1),
      };
    }
    const parts = operands(node).map((operand) => estimate(operand, loopVariable));
    const steps = sum(parts).steps + 1;
    const widest = Math.max(1, ...parts.map((part) => part.size));
    switch (node.op) {
      case 'id':
        return {
          steps,
          size: node.args === loopVariable ? ELEMENT : node.args === 'args' ? elements : 1,
        };
      case '.':
      case '[]':
        return { steps, size: fieldSize(node) ?? widest };
      case 'list':
      case 'map':
        return { steps, size: Math.max(1, sum(parts).size) };
      case '+':
        return { steps: steps + sum(parts).size, size: sum(parts).size };
      case 'in':
        return { steps: steps + parts[1]!.size, size: 1 };
      case '==':
      case '!=': {
        const smaller = Math.min(...parts.map((part) => part.size));
        return { steps: smaller > 1 ? steps + smaller * DEEP : steps, size: 1 };
      }
      case 'call':
      case 'rcall':
        return { steps: steps + callSteps(node.args[0], parts), size: widest };
      default:
        return { steps, size: widest };
    }
  }

  function fieldSize(node: ASTNode): number | undefined {
    const path = factPath(node);
    if (path === 'user.roles') return ROLES;
    if (path === 'call.reason') return REASON;
    return path?.startsWith('vars.') ? sizeOf(path.slice('vars.'.length)) : undefined;
  }
}

/** A call reads its receiver, or its first argument, once; `contains` reads it again for each character sought. */
function callSteps(name: string, parts: readonly Cost[]): number {
  const [receiver, argument] = parts;
  if (name === 'contains' && (argument?.size ?? 1) > 1) return QUADRATIC;
  if (name === 'size') return (receiver?.size ?? 1) * COUNTED;
  return receiver?.size ?? 1;
}

function sum(costs: readonly Cost[]): Cost {
  return costs.reduce((a, b) => ({ size: a.size + b.size, steps: a.steps + b.steps }), { size: 0, steps: 0 });
}
