import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { runMain } from './testing/run-main.ts';

const documentation = await readFile(new URL('../../../docs/access-control.md', import.meta.url), 'utf8');

/** The examples, each with the setting that it is one of. */
const examples = [...documentation.matchAll(/<!-- (COUNTERSIGN_[A-Z_]+) -->\n```json\n([\s\S]*?)```/g)].map(
  ([, name = '', json = '']) => [name, json] as const,
);

it.each(examples)('an example of %s is what a start takes', (name, json) => {
  const read = readConfig({ [name]: json });
  expect(read.ok ? [] : read.errors).toEqual([]);
});

it('all settings have one', () => {
  const named = new Set(
    documentation.match(/`COUNTERSIGN_ACCESS_[A-Z_]+`/g)?.map((name) => name.slice(1, -1)),
  );
  named.delete('COUNTERSIGN_ACCESS_DEFAULT_PLAN');
  expect(new Set(examples.map(([name]) => name))).toEqual(named);
});

it('what is refused is refused in these words', async () => {
  const [, environment = '', output = ''] =
    /<!-- refused -->\n```json\n([\s\S]*?)```\n\n```\n([\s\S]*?)```/.exec(documentation) ?? [];
  const { code, stderr } = await runMain(JSON.parse(environment));
  expect({ code, stderr }).toEqual({ code: 2, stderr: output });
});
