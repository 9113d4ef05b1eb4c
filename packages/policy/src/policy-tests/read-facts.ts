import { type Located, type Reading, readEntries, readFields, report } from '@countersign/strict-yaml';
import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { misspelt } from '../expressions/constants.ts';
import type { Json, PartialFacts } from '../expressions/facts.ts';
import { CALL_1, FACT_GROUPS, type FactGroup, type FactType, factType } from '../expressions/schema.ts';
import { MAX_FACT_CHARS, MAX_FACT_ROLES } from '../limits.ts';

type JsonMap = { readonly [name: string]: Json };

/** Facts under the names of schema call/1, any of them left out; null means "missing". */
export function readFacts(reading: Reading, at: Located): PartialFacts {
  const groups = readFields<FactGroup | 'args'>(reading, at, [], ['args', ...FACT_GROUPS]) ?? {};
  const facts: Record<string, JsonMap> = {};
  for (const group of FACT_GROUPS) {
    const located = groups[group];
    if (located !== undefined) facts[group] = readGroup(reading, located, group);
  }
  const args = groups.args;
  if (args !== undefined && !isMap(args.node))
    report(reading, args, 'wrong_type', 'must be a mapping', 'write name: value');
  else if (args !== undefined) facts.args = json(args.node) as JsonMap;
  return facts as PartialFacts;
}

function readGroup(reading: Reading, at: Located, group: FactGroup): JsonMap {
  const facts: Record<string, Json> = {};
  for (const [name, { key, value }] of readEntries(reading, at) ?? []) {
    const type = factType(group, name);
    if (type === undefined) {
      const remedy = `${group} has ${Object.keys(CALL_1[group]).join(', ')}`;
      report(reading, key, 'unknown_key', `unknown fact ${group}.${name}`, remedy);
      continue;
    }
    const given = json(value.node);
    const problem = typeof given === 'string' ? misspelt(`${group}.${name}`, given) : undefined;
    if (given !== null && !hasType(given, type)) {
      report(
        reading,
        value,
        'wrong_type',
        `${group}.${name} must be ${type}`,
        `write a value of type ${type}`,
      );
    } else if (problem !== undefined) report(reading, value, 'bad_value', problem.message, problem.remedy);
    else if (isTooLarge(given))
      report(reading, value, 'too_large', `${group}.${name} is larger than in any call`, LARGEST);
    else facts[name] = given;
  }
  return facts;
}

const LARGEST = `a text has at most ${MAX_FACT_CHARS} characters, a user at most ${MAX_FACT_ROLES} roles`;

function isTooLarge(given: Json): boolean {
  if (typeof given === 'string') return given.length > MAX_FACT_CHARS;
  return Array.isArray(given) && (given.length > MAX_FACT_ROLES || given.some(isTooLarge));
}

function hasType(value: Json, type: FactType): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return Number.isSafeInteger(value);
    case 'double':
      return typeof value === 'number' && Number.isFinite(value);
    case 'list<string>':
      return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
  }
}

/** The node as JSON. Numbers that JSON can't hold become null, like a missing fact. */
function json(node: ParsedNode | null): Json {
  if (isSeq(node)) return node.items.map((item) => json(item as ParsedNode | null));
  if (isMap(node)) {
    const entries = node.items.map(
      ({ key, value }) => [String(isScalar(key) ? key.value : ''), value] as const,
    );
    return Object.fromEntries(entries.map(([name, value]) => [name, json(value as ParsedNode | null)]));
  }
  const value = isScalar(node) ? node.value : null;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' || typeof value === 'boolean' ? value : null;
}
