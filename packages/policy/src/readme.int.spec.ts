import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import * as limits from './limits.ts';
import { parsePolicy } from './loading/parse-policy.ts';
import { parsePolicyTests } from './policy-tests/parse-tests.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const yaml = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!);

it('the policy of the README loads', () => {
  expect(parsePolicy(yaml[0]!)).toMatchObject({ ok: true, policy: { policy: 'acme-base' } });
});

it('the tests of the README load', () => {
  expect(parsePolicyTests(yaml[1]!)).toMatchObject({ ok: true, tests: [{ name: 'floods are refused' }] });
});

it('the README names every limit of the language', () => {
  const unnamed = Object.keys(limits).filter((name) => !readme.includes(name));
  expect(unnamed).toEqual(['DEFAULT_TTL_MS', 'MAX_QUOTED_CHARS']);
});
