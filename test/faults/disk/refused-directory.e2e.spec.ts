import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient, expectAnswer } from '../client.ts';
import { boundByModes, startOwnProcess } from '../own-process.ts';

const PAGE_BYTES = 4_096;

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
        await writeFile(file, bytes.fill(0x5a, PAGE_BYTES, 2 * PAGE_BYTES));
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

  it('ends in words on a ledger that is damaged where only a rebuilding looks', async () => {
    const standalone = await startStandalone({ dataDirectory: data });
    const owner = createClient(standalone.url, standalone.ownerKey);
    for (let n = 100; n < 200; n += 1)
      await expectAnswer(owner('PUT', `/v1/users/person-${n}`, { body: { roles: [] } }), 201);
    expect(await standalone.stop()).toBe(0);
    const file = join(data, 'ledger.sqlite');
    const bytes = await readFile(file);
    const page = Math.floor(bytes.indexOf('"user_id":"person-150"') / PAGE_BYTES);
    await writeFile(file, bytes.fill(0x5a, page * PAGE_BYTES, (page + 1) * PAGE_BYTES));

    const started = startOwnProcess({ dataDirectory: data });
    expect(await started.address).toBeNull();
    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(
      /^Countersign can not start: \S+: the ledger can't be read: .*; remedy: restore the latest verified backup/m,
    );
    // What an uncaught error leaves behind.
    expect(started.output()).not.toContain('Node.js v');
  });

  it('is refused on a ledger that is gone while its keys are there, and begins no other', async () => {
    await fill();
    for (const file of await readdir(data)) if (file.startsWith('ledger.')) await rm(join(data, file));
    expect(await refusal()).toMatch(/ledger\.sqlite is gone.*; remedy: restore the latest verified backup/);
    expect(await readdir(data)).not.toContain('ledger.sqlite');
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
