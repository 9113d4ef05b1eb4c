import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeDirectory } from './make-directory.ts';
import { newDirectory, removeDirectory } from './testing/open-ledger.ts';

let root = '';
beforeEach(() => {
  root = newDirectory();
});
afterEach(() => removeDirectory(root));

it('makes a directory and those above it, for its owner alone, and again changes nothing', () => {
  const directory = join(root, 'a', 'b', 'c');
  for (let time = 0; time < 2; time += 1) makeDirectory(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

it('ends where nothing can be made', () => {
  writeFileSync(join(root, 'file'), '');
  expect(() => makeDirectory(join(root, 'file', 'below'))).toThrow('ENOTDIR');
  expect(() => makeDirectory('/proc/countersign/data')).toThrow('ENOENT');
  expect(existsSync(join(root, 'file', 'below'))).toBe(false);
});
