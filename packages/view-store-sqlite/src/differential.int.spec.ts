import { join } from 'node:path';
import type { ViewDefinition, ViewQuery, ViewStore } from '@countersign/processing';
import { createMemoryViewStore } from '@countersign/processing/memory';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSqliteViewStore } from './sqlite-view-store.ts';
import { newDirectory, removeDirectory } from './testing/directory.ts';

const view: ViewDefinition = {
  name: 'rows',
  columns: { color: 'text', size: 'integer' },
  indexes: [['color'], ['size'], ['color', 'size']],
};

const key = fc.constantFrom('a', 'aa', 'b', 'ä', '\u{1F600}', '\uFFFD', '');
const color = fc.constantFrom('red', 'Red', '');
const size = fc.constantFrom(0, -1, 7, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 1_793_491_200_000);
const row = fc.record(
  { color: fc.option(color), size: fc.option(size), rest: fc.jsonValue() },
  { requiredKeys: [] },
);
const write = fc.record({ view: fc.constant('rows'), key, row: fc.option(row, { freq: 4 }) });
const where = fc.record({ color, size }, { requiredKeys: [] });
const limit = fc.integer({ min: 1, max: 9 });
const query: fc.Arbitrary<ViewQuery> = fc.oneof(
  fc.record({ where, after: key, limit }, { requiredKeys: ['limit'] }),
  fc.record({ where, due: fc.record({ column: fc.constant('size'), max: size }), limit }),
);

let directory: string;
let sqlite: ViewStore;
beforeEach(() => {
  directory = newDirectory();
  sqlite = createSqliteViewStore({ file: join(directory, 'views.db') });
});
afterEach(async () => {
  await sqlite.close();
  removeDirectory(directory);
});

it('answers every query as the memory store does', async () => {
  let group = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(write, { maxLength: 8 }), { maxLength: 6 }),
      fc.array(query, { minLength: 1, maxLength: 8 }),
      async (commits, queries) => {
        // Another group takes the view over empty.
        group += 1;
        const memory = createMemoryViewStore();
        for (const store of [memory, sqlite]) await store.open(`g${group}`, [view], 100);
        for (const [index, writes] of commits.entries()) {
          for (const store of [memory, sqlite]) await store.commit(`g${group}`, writes, index + 1);
        }
        for (const asked of queries) {
          expect(await sqlite.query('rows', asked)).toEqual(await memory.query('rows', asked));
        }
      },
    ),
    { numRuns: 150 },
  );
});
