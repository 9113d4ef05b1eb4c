import {
  inFileOrder,
  type Located,
  type Problem,
  type Reading,
  readEntries,
  readFields,
  readId,
  readInteger,
  readItems,
  readOneOf,
  readText,
  readUnique,
  readYaml,
  report,
  startReading,
} from '@countersign/strict-yaml';
import type { PartialFacts } from '../expressions/facts.ts';
import { MAX_APPROVERS, MAX_FIXTURES, MAX_QUORUM, MAX_RULES, MAX_TESTS } from '../limits.ts';
import { EFFECTS } from '../policy.ts';
import { mergeFacts } from './merge-facts.ts';
import type { Expectation, PolicyTest } from './policy-test.ts';
import { readFacts } from './read-facts.ts';

/** Tests that may be run, or everything that is wrong with the file. */
export type ParsedTests =
  | { readonly ok: true; readonly tests: readonly PolicyTest[] }
  | { readonly ok: false; readonly errors: readonly Problem[] };

type Fixtures = ReadonlyMap<string, PartialFacts>;
const RULE_LISTS = ['rules', 'not_rules', 'shadow', 'errors'] as const;

/** Reads a test file: fixtures, and tests that lay `with` over what `given` names or holds. All errors at once. */
export function parsePolicyTests(text: string): ParsedTests {
  const yaml = readYaml(text);
  if (!yaml.ok) return { ok: false, errors: inFileOrder(yaml.problems) };
  const { reading, root } = startReading(yaml.source);
  const fields = readFields(reading, root, ['tests'], ['fixtures']);
  const fixtures = fields?.fixtures ? readFixtures(reading, fields.fixtures) : new Map();
  const items = (fields?.tests && readItems(reading, fields.tests, 1, MAX_TESTS)) ?? [];
  const names = new Set<string>();
  const tests = items.flatMap((item) => readTest(reading, item, fixtures, names) ?? []);
  if (reading.problems.length > 0) return { ok: false, errors: inFileOrder(reading.problems) };
  return { ok: true, tests };
}

function readFixtures(reading: Reading, at: Located): Fixtures {
  const entries = [...(readEntries(reading, at) ?? [])];
  if (entries.length > MAX_FIXTURES) {
    report(reading, at, 'too_many', `${entries.length} fixtures, at most ${MAX_FIXTURES}`, 'merge some');
  }
  return new Map(entries.map(([name, { value }]) => [name, readFacts(reading, value)]));
}

function readTest(
  reading: Reading,
  item: Located,
  fixtures: Fixtures,
  names: Set<string>,
): PolicyTest | undefined {
  const fields = readFields(reading, item, ['name', 'expect'], ['given', 'with']);
  if (fields === undefined) return undefined;
  const name = fields.name && readText(reading, fields.name, 'say in words what holds');
  if (fields.name && name !== undefined && names.has(name)) {
    report(reading, fields.name, 'duplicate_id', 'another test has this name', 'give it another name');
  }
  if (name !== undefined) names.add(name);
  const given = fields.given ? readGiven(reading, fields.given, fixtures) : {};
  const changes = fields.with ? readFacts(reading, fields.with) : {};
  const expect = fields.expect && readExpectation(reading, fields.expect);
  if (name === undefined || expect === undefined) return undefined;
  return {
    name,
    position: reading.source.positionAt(item.offset),
    facts: mergeFacts(given, changes),
    expect,
  };
}

function readGiven(reading: Reading, at: Located, fixtures: Fixtures): PartialFacts {
  if (at.node !== null && 'items' in at.node) return readFacts(reading, at);
  const name = readText(reading, at, 'write the name of a fixture, or the facts themselves');
  const fixture = name === undefined ? {} : fixtures.get(name);
  if (fixture === undefined) {
    report(
      reading,
      at,
      'unknown_fixture',
      `there is no fixture ${name}`,
      `fixtures: ${[...fixtures.keys()].join(', ')}`,
    );
  }
  return fixture ?? {};
}

function readExpectation(reading: Reading, at: Located): Expectation | undefined {
  const fields = readFields<'outcome' | (typeof RULE_LISTS)[number] | 'approvers' | 'quorum'>(
    reading,
    at,
    ['outcome'],
    [...RULE_LISTS, 'approvers', 'quorum'],
  );
  const outcome = fields?.outcome && readOneOf(reading, fields.outcome, EFFECTS);
  if (fields === undefined || outcome === undefined) return undefined;
  const lists: Partial<Record<(typeof RULE_LISTS)[number], readonly string[]>> = {};
  for (const key of RULE_LISTS) {
    if (fields[key])
      lists[key] = readUnique(reading, fields[key], MAX_RULES, (entry) => readId(reading, entry));
  }
  const quorum = fields.quorum && readInteger(reading, fields.quorum, 1, MAX_QUORUM);
  const approvers =
    fields.approvers &&
    readUnique(reading, fields.approvers, MAX_APPROVERS, (entry) =>
      readText(reading, entry, 'write role:<role>'),
    );
  return { outcome, ...lists, ...(approvers && { approvers }), ...(quorum !== undefined && { quorum }) };
}
