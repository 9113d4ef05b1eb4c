import {
  type Located,
  type Reading,
  readFields,
  readId,
  readOneOf,
  readText,
  readUnique,
  report,
} from '@countersign/strict-yaml';
import { misspelt } from '../expressions/constants.ts';
import { ACTIONS, SENSITIVITIES } from '../expressions/schema.ts';
import { MAX_MATCH_ENTRIES } from '../limits.ts';
import type { Match } from '../policy.ts';

/** A tool name in which any run of characters may be `*`. Nothing else can match a declared tool. */
const TOOL_SELECTOR = /^[a-z0-9*][a-z0-9._*-]{0,62}$/;
const TOOL_REMEDY = 'write a tool name in lower case, with * for any characters';
const KEYS = ['tools', 'actions', 'sensitivities', 'environments'] as const;

/** The static selectors of a rule. What could never select a call is refused: the rule would be dead. */
export function parseMatch(reading: Reading, at: Located): Match | undefined {
  const fields = readFields(reading, at, [], KEYS);
  if (fields === undefined) return undefined;
  if (Object.keys(fields).length === 0) {
    return report(
      reading,
      at,
      'unreachable_match',
      'match selects on nothing',
      `add ${KEYS.join(', ')}, or remove match`,
    );
  }
  const { tools, actions, sensitivities, environments } = fields;
  const member =
    <Value extends string>(values: readonly Value[]) =>
    (item: Located) =>
      readOneOf(reading, item, values, 'unreachable_match');
  return {
    ...(tools && {
      tools: readUnique(reading, tools, MAX_MATCH_ENTRIES, (item) => toolSelector(reading, item)),
    }),
    ...(actions && { actions: readUnique(reading, actions, MAX_MATCH_ENTRIES, member(ACTIONS)) }),
    ...(sensitivities && {
      sensitivities: readUnique(reading, sensitivities, MAX_MATCH_ENTRIES, member(SENSITIVITIES)),
    }),
    ...(environments && {
      environments: readUnique(reading, environments, MAX_MATCH_ENTRIES, (item) =>
        environment(reading, item),
      ),
    }),
  };
}

function toolSelector(reading: Reading, at: Located): string | undefined {
  const text = readText(reading, at, TOOL_REMEDY);
  if (text === undefined || TOOL_SELECTOR.test(text)) return text;
  return report(
    reading,
    at,
    'unreachable_match',
    `no tool can be named ${JSON.stringify(text.slice(0, 80))}`,
    TOOL_REMEDY,
  );
}

function environment(reading: Reading, at: Located): string | undefined {
  const name = readId(reading, at);
  const problem = name === undefined ? undefined : misspelt('tool.environment', name);
  return problem === undefined
    ? name
    : report(reading, at, 'unreachable_match', problem.message, problem.remedy);
}
