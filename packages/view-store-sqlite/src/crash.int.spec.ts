import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ViewDefinition } from '@countersign/processing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSqliteViewStore } from './sqlite-view-store.ts';
import { newDirectory, removeDirectory } from './testing/directory.ts';

const view: ViewDefinition = { name: 'rows', columns: { n: 'integer' }, indexes: [['n']] };
const COMMITS = 60;
const ROWS = 40;
const CUTS = 12;

let directory: string;
beforeEach(() => {
  directory = newDirectory();
});
afterEach(() => removeDirectory(directory));

/** `COMMITS` commits; commit n adds `ROWS` rows and sets the row `latest` to n. */
async function commitMany(file: string) {
  const store = createSqliteViewStore({ file });
  await store.open('g', [view], COMMITS);
  for (let n = 1; n <= COMMITS; n += 1) {
    const added = Array.from({ length: ROWS }, (_, i) => ({ view: 'rows', key: `${n}-${i}`, row: { n } }));
    await store.commit('g', [{ view: 'rows', key: 'latest', row: { n } }, ...added], n);
  }
  return store;
}

it('shows rows and checkpoint of the same moment, wherever a power cut ended the log', async () => {
  const file = join(directory, 'views.db');
  const store = await commitMany(file);
  const log = readFileSync(`${file}-wal`);
  const checkpoints = new Set<number>();
  for (let cut = 0; cut <= CUTS; cut += 1) {
    const copy = join(directory, `cut-${cut}.db`);
    copyFileSync(file, copy);
    writeFileSync(`${copy}-wal`, log.subarray(0, Math.floor((log.length * cut) / CUTS)));
    const found = createSqliteViewStore({ file: copy });
    const checkpoint = await found.open('g', [view], COMMITS);
    const rows = await found.query('rows', { limit: 10_000 });
    await found.close();
    checkpoints.add(checkpoint);
    expect(rows.length).toBe(checkpoint === 0 ? 0 : checkpoint * ROWS + 1);
    expect(rows.find(({ key }) => key === 'latest')?.row.n ?? 0).toBe(checkpoint);
  }
  expect(checkpoints.size).toBeGreaterThan(CUTS / 2);
  expect(checkpoints).toContain(COMMITS);
  await store.close();
});
