import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { ledgerFile } from './options.ts';
import { openSqliteEventStore } from './sqlite-event-store.ts';
import { type Child, startProgram } from './testing/child-process.ts';
import { controlDisk } from './testing/controlled-disk.ts';
import { newDirectory, openLedger, removeDirectory } from './testing/open-ledger.ts';

describe('one writer per data directory', () => {
  const directories: string[] = [];
  const children: Child[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) await child.kill();
    for (const directory of directories.splice(0)) removeDirectory(directory);
  });
  const directory = () => {
    directories.push(newDirectory());
    return directories.at(-1)!;
  };
  const holder = async (held: string) => {
    const child = startProgram('open', [held, 'hold']);
    children.push(child);
    const { pid } = JSON.parse((await child.nextLine())!);
    return { child, pid };
  };

  it('refuses a second open in another process, naming the directory and the holder', async () => {
    const held = directory();
    const { pid } = await holder(held);
    const refused = await openSqliteEventStore({ directory: held });
    expect(refused).toMatchObject({ code: 'DirectoryInUse', directory: held });
    expect('detail' in refused && refused.detail).toBe(
      `the data directory ${held} is in use by process ${pid}`,
    );
    expect('remedy' in refused && refused.remedy).not.toBe('');
  });

  it('refuses a second open in the same process', async () => {
    const held = directory();
    const store = await openLedger({ directory: held });
    expect(await openSqliteEventStore({ directory: held })).toMatchObject({ code: 'DirectoryInUse' });
    await store.close();
  });

  it('does not disturb the holder by trying', async () => {
    const held = directory();
    const store = await openLedger({ directory: held });
    await openSqliteEventStore({ directory: held });
    const metadata = { id: 'a', time: '2026-03-01T12:00:00.000Z', organization: 'acme' };
    const result = await store.append('a-1', 'no-stream', [{ type: 'a', data: {}, metadata }]).durable;
    expect(result).toMatchObject({ version: 1 });
    await store.close();
  });

  it('frees the directory when the holder closes', async () => {
    const held = directory();
    await (await openLedger({ directory: held })).close();
    await (await openLedger({ directory: held })).close();
  });

  it('frees the directory when the holder is killed', async () => {
    const held = directory();
    const { child } = await holder(held);
    await child.kill();
    await (await openLedger({ directory: held })).close();
  });

  it('does not believe a process id that was left behind', async () => {
    const left = directory();
    writeFileSync(`${ledgerFile(left)}.pid`, '1\n');
    await (await openLedger({ directory: left })).close();
  });

  it('says so when the holder is unknown', async () => {
    const held = directory();
    const store = await openLedger({ directory: held });
    writeFileSync(`${ledgerFile(held)}.pid`, 'nonsense');
    const refused = await openSqliteEventStore({ directory: held });
    expect('detail' in refused && refused.detail).toContain('in use by another process');
    await store.close();
  });

  it('fails rather than waits for ever when a foreign process locks the database file', async () => {
    const held = directory();
    const store = await openLedger({ directory: held, lockTimeoutMs: 50 });
    const disk = controlDisk(held);
    disk.hold();
    const metadata = { id: 'a', time: '2026-03-01T12:00:00.000Z', organization: 'acme' };
    const result = await store.append('a-1', 'no-stream', [{ type: 'a', data: {}, metadata }]).durable;
    expect(result).toMatchObject({ code: 'OutcomeUnknown' });
    expect(await store.failed).toMatchObject({ code: 'DirectoryInUse' });
    disk.close();
    await store.close();
  });
});
