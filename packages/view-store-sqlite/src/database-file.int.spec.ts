import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ViewDefinition, ViewStore } from '@countersign/processing';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteViewStore } from './sqlite-view-store.ts';
import { newDirectory, removeDirectory } from './testing/directory.ts';

const VIEW: ViewDefinition = { name: 'calls', columns: { status: 'text' }, indexes: [['status']] };
const keys = Array.from({ length: 2_000 }, (_, i) => `call-${String(i).padStart(5, '0')}`);

describe('the file of the views', () => {
  let directory: string;
  let file: string;
  let discarded: string[];
  const stores: ViewStore[] = [];
  const openStore = () => {
    const store = createSqliteViewStore({ file, onDiscarded: (reason) => discarded.push(reason) });
    stores.push(store);
    return store;
  };
  const fill = async () => {
    const store = openStore();
    await store.open('g', [VIEW], 10);
    await store.commit(
      'g',
      keys.map((key) => ({ view: 'calls', key, row: { status: 'open' } })),
      10,
    );
    await store.close();
  };
  beforeEach(() => {
    directory = newDirectory();
    file = join(directory, 'views.db');
    discarded = [];
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    removeDirectory(directory);
  });

  it('keeps what was committed, without its write-ahead log after a close', async () => {
    await fill();
    expect(existsSync(`${file}-wal`)).toBe(false);
    const store = openStore();
    expect(await store.open('g', [VIEW], 10)).toBe(10);
    expect((await store.get('calls', keys)).size).toBe(keys.length);
    expect(discarded).toEqual([]);
  });

  it('begins again when the file is not a database', async () => {
    writeFileSync(file, 'not a database'.repeat(1_000));
    const store = openStore();
    expect(await store.open('g', [VIEW], 10)).toBe(0);
    expect(discarded).toEqual([expect.stringContaining('it is damaged')]);
  });

  it('begins again when the file has another format', async () => {
    await fill();
    const database = new Database(file);
    database.pragma('user_version = 999');
    database.close();
    const store = openStore();
    expect(await store.open('g', [VIEW], 10)).toBe(0);
    expect(discarded).toEqual([expect.stringContaining('format 999')]);
  });

  it('deletes a file whose damage shows later, and begins again at the next start', async () => {
    await fill();
    const bytes = readFileSync(file);
    // All pages but the first two, which hold the schema and the groups.
    bytes.fill(0xff, 3 * 4_096);
    writeFileSync(file, bytes);
    const broken = openStore();
    await broken.open('g', [VIEW], 10);
    await expect(broken.get('calls', keys)).rejects.toMatchObject({
      code: 'ViewStoreFailed',
      message: expect.stringContaining('was damaged'),
    });
    await expect(broken.commit('g', [], 11)).rejects.toMatchObject({ code: 'ViewStoreFailed' });
    await broken.close();
    const store = openStore();
    expect(await store.open('g', [VIEW], 10)).toBe(0);
    await store.commit('g', [{ view: 'calls', key: 'a', row: { status: 'open' } }], 1);
    expect((await store.query('calls', { where: { status: 'open' }, limit: 5 })).length).toBe(1);
  });

  it('never deletes the database of another program', async () => {
    const database = new Database(file);
    database.exec('CREATE TABLE precious (x); INSERT INTO precious VALUES (1)');
    database.close();
    const store = openStore();
    await expect(store.open('g', [VIEW], 10)).rejects.toThrow(/another program's database/);
    const after = new Database(file);
    expect(after.prepare('SELECT x FROM precious').pluck().get()).toBe(1);
    after.close();
  });

  it('refuses a file that another process has open', async () => {
    await fill();
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    const store = openStore();
    await expect(store.open('g', [VIEW], 10)).rejects.toThrow(/in use by another process/);
    other.close();
    expect(discarded).toEqual([]);
  });

  it('says what is wrong with a directory that is not there', async () => {
    file = join(directory, 'absent', 'views.db');
    const store = openStore();
    await expect(store.open('g', [VIEW], 10)).rejects.toMatchObject({
      code: 'ViewStoreFailed',
      message: expect.stringContaining('directory does not exist'),
    });
  });

  it('survives a name that means something to SQLite', async () => {
    const odd: ViewDefinition = {
      name: 'sqlite_groups.v1-x',
      columns: { select: 'text', order: 'integer' },
      indexes: [['select', 'order']],
    };
    const store = openStore();
    await store.open('g', [odd, VIEW], 10);
    await store.commit('g', [{ view: odd.name, key: 'a', row: { select: 'x', order: 1 } }], 1);
    const found = await store.query(odd.name, {
      where: { select: 'x' },
      due: { column: 'order', max: 1 },
      limit: 1,
    });
    expect(found).toEqual([{ key: 'a', row: { select: 'x', order: 1 } }]);
  });
});
