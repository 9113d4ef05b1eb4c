import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createSqliteViewStore } from '../sqlite-view-store.ts';
import { newDirectory, removeDirectory } from '../testing/directory.ts';
import { measureRebuild } from './rebuild.ts';
import { measureRows } from './rows.ts';

it('measures rows and a rebuild on small numbers, and stores what it says', async () => {
  const directory = newDirectory();
  const views = createSqliteViewStore({ file: join(directory, 'views.db') });
  expect(await measureRows(views, 8_000)).toBeGreaterThan(0);
  expect((await views.query('bench.calls', { where: { status: 'succeeded' }, limit: 10_000 })).length).toBe(
    4_000,
  );
  expect(await measureRebuild(views, 5_000)).toBeGreaterThan(0);
  expect((await views.query('bench.calls', { where: { status: 'call.called' }, limit: 10_000 })).length).toBe(
    1_000,
  );
  const uses = await views.query('bench.uses', { limit: 10_000 });
  expect(uses.reduce((sum, { row }) => sum + Number(row.calls), 0)).toBe(1_000);
  await views.close();
  removeDirectory(directory);
});
