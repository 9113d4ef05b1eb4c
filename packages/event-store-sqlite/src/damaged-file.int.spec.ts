import {
  chmodSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ledgerFile } from './options.ts';
import { openSqliteEventStore } from './sqlite-event-store.ts';
import { startProgram } from './testing/child-process.ts';
import { newDirectory, openLedger, removeDirectory } from './testing/open-ledger.ts';

/** A user that owns nothing here. */
const NOBODY = 65_534;

describe('a data directory that is not right', () => {
  let directory = '';
  beforeEach(() => {
    directory = newDirectory();
  });
  afterEach(() => {
    chmodSync(directory, 0o700);
    removeDirectory(directory);
  });
  const fill = async () => {
    const store = await openLedger({ directory });
    for (let count = 100; count < 200; count += 1) {
      const metadata = { id: `${count}`, time: '2026-03-01T12:00:00.000Z', organization: 'acme' };
      await store.append(`a-${count}`, 'no-stream', [
        { type: 'a', data: { text: 'x'.repeat(2_000) }, metadata },
      ]).durable;
    }
    await store.close();
  };
  const refusal = async () => {
    const refused = await openSqliteEventStore({ directory });
    if (!('remedy' in refused)) throw new Error('opened');
    expect(refused.directory).toBe(directory);
    expect(refused.remedy).not.toBe('');
    return refused;
  };

  it('with a file that is no database is refused, and the file left alone', async () => {
    writeFileSync(ledgerFile(directory), 'not a database at all '.repeat(500));
    const before = readFileSync(ledgerFile(directory));
    expect(await refusal()).toMatchObject({ code: 'DatabaseCorrupt' });
    expect(readFileSync(ledgerFile(directory)).equals(before)).toBe(true);
  });

  it('with a truncated file is refused', async () => {
    await fill();
    truncateSync(ledgerFile(directory), Math.floor(statSync(ledgerFile(directory)).size / 2));
    expect(await refusal()).toMatchObject({ code: 'DatabaseCorrupt' });
  });

  it('with a damaged tree of events is refused', async () => {
    await fill();
    const file = openSync(ledgerFile(directory), 'r+');
    writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, 4096);
    expect(await refusal()).toMatchObject({ code: 'DatabaseCorrupt' });
  });

  it('with the ledger of a later version is refused and named', async () => {
    await fill();
    const db = new Database(ledgerFile(directory));
    db.pragma('user_version = 7');
    db.close();
    const refused = await refusal();
    expect(refused).toMatchObject({ code: 'SchemaVersionUnknown' });
    expect(refused.detail).toContain('schema version 7');
  });

  it('with a foreign database is refused, and the database left alone', async () => {
    const db = new Database(ledgerFile(directory));
    db.exec('CREATE TABLE notes (text)');
    db.close();
    expect(await refusal()).toMatchObject({ code: 'SchemaVersionUnknown' });
  });

  it('that is a file is refused', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(await openSqliteEventStore({ directory: file })).toMatchObject({ directory: file });
  });

  it('that cannot be written is refused', async () => {
    const readOnly = join(directory, 'read-only');
    mkdirSync(readOnly);
    chmodSync(readOnly, 0o555);
    chmodSync(directory, 0o755);
    // Nobody can't write there; who is not root can't either after the change of mode.
    const child = startProgram('open', [readOnly, ...(process.getuid?.() === 0 ? [String(NOBODY)] : [])]);
    const refused = JSON.parse((await child.nextLine())!);
    expect(refused).toMatchObject({ code: 'DirectoryNotWritable', directory: readOnly });
    expect(refused.remedy).toMatch(/write to the directory/);
  });

  it('whose existing ledger cannot be written is refused', async () => {
    await fill();
    chmodSync(ledgerFile(directory), 0o444);
    chmodSync(`${ledgerFile(directory)}.lock`, 0o444);
    chmodSync(directory, 0o555);
    const child = startProgram('open', [directory, ...(process.getuid?.() === 0 ? [String(NOBODY)] : [])]);
    expect(JSON.parse((await child.nextLine())!)).toMatchObject({ code: 'DirectoryNotWritable' });
  });

  it('that becomes unreadable while running fails the store instead of answering from a damaged file', async () => {
    await fill();
    const store = await openLedger({ directory, tailEvents: 1 });
    const file = openSync(ledgerFile(directory), 'r+');
    const { size } = statSync(ledgerFile(directory));
    for (let at = 4096 * 2; at < size; at += 4096) writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, at);
    await expect(store.readPage({ limit: 1_000 })).rejects.toThrow(/malformed/);
    expect(await store.failed).toMatchObject({ code: 'DatabaseCorrupt' });
    await store.close();
  });
});
