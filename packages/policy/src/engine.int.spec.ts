import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { ENGINE } from './engine.ts';

it('the engine that decisions name is the one installed', async () => {
  const entry = createRequire(import.meta.url).resolve(ENGINE.name);
  const description = await readFile(new URL('../package.json', `file://${entry}`), 'utf8');
  expect(JSON.parse(description)).toMatchObject({ name: ENGINE.name, version: ENGINE.version });
});
