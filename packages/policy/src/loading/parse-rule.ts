import {
  type Located,
  type Position,
  type Reading,
  readFields,
  readId,
  readOneOf,
  readText,
  report,
} from '@countersign/strict-yaml';
import type { Compiled } from '../expressions/compile.ts';
import type { PolicyExpressions } from '../expressions/policy-expressions.ts';
import type { ExpressionProblem } from '../expressions/problem.ts';
import { MAX_DESCRIPTION_CHARS } from '../limits.ts';
import { EFFECTS, MODES, type Rule } from '../policy.ts';
import { parseMatch } from './parse-match.ts';
import { noApprovers, parseObligations } from './parse-obligations.ts';
import { sourceOffset } from './scalar-offsets.ts';

const OPTIONAL = ['description', 'mode', 'match', 'condition', 'reason', 'obligations'] as const;
const CEL_REMEDY = 'write a CEL expression as a text, in quotes if it is true, false or a number';

/** One rule, its id added to `taken`. Undefined when id or effect could not be read; all problems are reported. */
export function parseRule(
  reading: Reading,
  item: Located,
  expressions: PolicyExpressions,
  taken: Map<string, Position>,
): Rule | undefined {
  const fields = readFields<'id' | 'effect' | (typeof OPTIONAL)[number]>(
    reading,
    item,
    ['id', 'effect'],
    OPTIONAL,
  );
  if (fields === undefined) return undefined;
  const id = fields.id && readRuleId(reading, fields.id, taken);
  const inRule = (at: Located): Located => (id === undefined ? at : { ...at, rule: id });
  const effect = fields.effect && readOneOf(reading, inRule(fields.effect), EFFECTS);
  const mode = (fields.mode && readOneOf(reading, inRule(fields.mode), MODES)) ?? 'enforce';
  const match = fields.match && parseMatch(reading, inRule(fields.match));
  const { condition: conditionAt, reason: reasonAt, description: descriptionAt } = fields;
  const condition = conditionAt && parseExpression(reading, inRule(conditionAt), expressions.condition);
  const reason = reasonAt && parseExpression(reading, inRule(reasonAt), expressions.reason);
  const description = descriptionAt && parseDescription(reading, inRule(descriptionAt));
  const obligations = fields.obligations && parseObligations(reading, inRule(fields.obligations), effect);
  if (fields.condition === undefined && fields.match === undefined) {
    report(
      reading,
      inRule(item),
      'missing_key',
      'the rule has neither match nor condition',
      "add condition: 'true' if it always holds",
    );
  }
  if (effect === 'require_approval' && fields.obligations === undefined) noApprovers(reading, inRule(item));
  if (id === undefined || effect === undefined) return undefined;
  return {
    id,
    ...(description !== undefined && { description }),
    mode,
    ...(match && { match }),
    ...(condition !== undefined && { condition }),
    effect,
    ...(reason !== undefined && { reason }),
    ...(obligations && Object.keys(obligations).length > 0 && { obligations }),
  };
}

function readRuleId(reading: Reading, at: Located, taken: Map<string, Position>): string | undefined {
  const id = readId(reading, at);
  if (id === undefined) return undefined;
  if (taken.has(id)) {
    report(reading, { ...at, rule: id }, 'duplicate_id', `rule ${id} stands twice`, 'give it another id');
  } else taken.set(id, reading.source.positionAt(at.offset));
  return id;
}

/** The description of a policy or rule. */
export function parseDescription(reading: Reading, at: Located): string | undefined {
  const text = readText(reading, at, 'write a short text');
  if (text === undefined || text.length <= MAX_DESCRIPTION_CHARS) return text;
  return report(reading, at, 'too_long', `more than ${MAX_DESCRIPTION_CHARS} characters`, 'shorten it');
}

function parseExpression(
  reading: Reading,
  at: Located,
  compile: (source: string) => Compiled,
): string | undefined {
  const source = readText(reading, at, CEL_REMEDY);
  if (source === undefined) return undefined;
  const compiled = compile(source);
  if (!compiled.ok) reportExpression(reading, at, compiled.problems);
  return source;
}

/** Reports the problems of an expression where they stand in the file. */
export function reportExpression(
  reading: Reading,
  at: Located,
  problems: readonly ExpressionProblem[],
): void {
  for (const { offset, code, message, remedy } of problems) {
    report(reading, at, code, message, remedy, sourceOffset(reading.source.text, at, offset));
  }
}
