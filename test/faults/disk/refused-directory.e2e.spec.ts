import { chmod, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundByModes, startOwnProcess } from '../own-process.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let data: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  data = join(directory.path, 'data');
});
afterEach(async () => {
  await chmod(data, 0o700);
  await directory[Symbol.asyncDispose]();
});

/** Starts on the directory and answers why it was refused: in words, without a trace of the program. */
async function refusal(dataDirectory = data): Promise<string> {
  const started = startOwnProcess({ dataDirectory, through: boundByModes() });
  expect(await started.address).toBeNull();
  expect(await started.ended).toBe(2);
  const output = started.output();
  expect(output).toMatch(/^Countersign can not start: /);
  expect(output).not.toContain('    at ');
  return output;
}

async function fill(): Promise<void> {
  const standalone = await startStandalone({ dataDirectory: data });
  expect(await standalone.stop()).toBe(0);
}

describe('a start', () => {
  it('is refused where something else has the name', async () => {
    await writeFile(data, 'a file');
    expect(await refusal()).toContain(data);
    expect(await refusal(join(data, 'below'))).toContain(data);
    expect(await readFile(data, 'utf8')).toBe('a file');
  });

  it('is refused in a directory that can not be written, new or used', async () => {
    await mkdir(data);
    await chmod(data, 0o500);
    expect(await refusal()).toMatch(/remedy: let the user who runs this process write to the directory/);
    expect(await readdir(data)).toEqual([]);

    await chmod(data, 0o700);
    await fill();
    const files = await readdir(data);
    for (const file of files) await chmod(join(data, file), 0o400);
    await chmod(data, 0o500);
    expect(await refusal()).toMatch(/remedy: let the user who runs this process write to the directory/);
    expect((await readdir(data)).sort()).toEqual(files.sort());
  });

  it.each<[string, (file: string) => Promise<void>]>([
    ['something else', (file) => writeFile(file, 'not a database at all '.repeat(500))],
    ['half of itself', async (file) => truncate(file, Math.floor((await stat(file)).size / 2))],
    [
      'a damaged page',
      async (file) => {
        const bytes = await readFile(file);
        await writeFile(file, bytes.fill(0x5a, 4_096, 8_192));
      },
    ],
  ])('is refused on a ledger file that is %s, which is left as it is', async (_name, damage) => {
    await fill();
    const file = join(data, 'ledger.sqlite');
    await damage(file);
    const damaged = await readFile(file);
    expect(await refusal()).toMatch(/remedy: restore the latest verified backup/);
    expect((await readFile(file)).equals(damaged)).toBe(true);
  });

  it('is refused without the master key of a vault that has keys, and makes no other', async () => {
    await fill();
    const file = join(data, 'master.key');
    const key = await readFile(file);
    await writeFile(file, 'nonsense');
    expect(await refusal()).toContain(file);
    expect(await readFile(file, 'utf8')).toBe('nonsense');
    await writeFile(file, key);
    await fill();
  });
});
