import { readdir, readFile } from 'node:fs/promises';
import { checkPublishable, finish } from '@countersign/policy';
import { expect, it } from 'vitest';

const POLICY = '.policy.yaml';
const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith(POLICY));
const textOf = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');

it('there are policies to check', () => {
  expect(names).toContain(`stay-inside${POLICY}`);
});

it.each(names)('%s could be published as it stands', async (name) => {
  const tests = await textOf(name.replace(POLICY, '.policy.tests.yaml'));
  const checked = finish(checkPublishable(await textOf(name), tests));
  expect(checked.ok ? [] : checked.errors).toEqual([]);
});
