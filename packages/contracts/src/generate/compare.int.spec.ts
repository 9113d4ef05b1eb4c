import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { schemasDirectory } from '../index.ts';
import { compare } from './compare.ts';
import { documents } from './documents.ts';

const generated = new Map([
  ['events/thing.made.v2.json', 'two\n'],
  ['openapi.json', 'all\n'],
]);

let folder: URL;

const put = (path: string, text: string): void => {
  const file = new URL(path, folder);
  mkdirSync(new URL('./', file), { recursive: true });
  writeFileSync(file, text);
};

beforeEach(() => {
  folder = pathToFileURL(`${mkdtempSync(join(tmpdir(), 'schemas-'))}/`);
  for (const [path, text] of generated) put(path, text);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('comparing the generated files with a folder', () => {
  it('finds nothing where they are the same', () => expect(compare(generated, folder)).toEqual([]));

  it('finds a file that differs by one byte', () => {
    put('openapi.json', 'all');
    expect(compare(generated, folder)).toEqual([{ path: 'openapi.json', problem: 'differs' }]);
  });

  it('finds a missing file', () => {
    rmSync(new URL('openapi.json', folder));
    expect(compare(generated, folder)).toEqual([{ path: 'openapi.json', problem: 'missing' }]);
  });

  it('finds a file that nothing generates', () => {
    put('events/thing.unmade.v1.json', '');
    put('http/nobody.openapi.json', '');
    expect(compare(generated, folder).map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      'events/thing.unmade.v1.json surplus',
      'http/nobody.openapi.json surplus',
    ]);
  });

  it('keeps the schema of an earlier version, and not of a later one', () => {
    put('events/thing.made.v1.json', 'one\n');
    put('events/thing.made.v3.json', 'three\n');
    expect(compare(generated, folder)).toEqual([{ path: 'events/thing.made.v3.json', problem: 'surplus' }]);
  });

  it('leaves the fixtures alone', () => {
    put('fixtures/public/thing.made.v1.typical.json', '{}');
    expect(compare(generated, folder)).toEqual([]);
  });
});

describe('the committed schemas', () => {
  it('are what the sources say, byte for byte and every time', () => {
    expect(compare(documents(), schemasDirectory)).toEqual([]);
    expect(documents()).toEqual(documents());
  });
});
