import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createViewTable } from './view-table.ts';

interface CountRow {
  readonly [column: string]: unknown;
  readonly n: number;
}

describe('view table', () => {
  it('tells a row that is absent from one that has to be loaded', () => {
    const table = createViewTable<CountRow>('counts');
    expect(table.peek('a')).toBeUndefined();
    table.loaded('a', null);
    expect(table.peek('a')).toBeNull();
    expect(table.get('a')).toBeUndefined();
  });

  it('keeps a changed row over one from the store', () => {
    const table = createViewTable<CountRow>('counts');
    table.put('a', { n: 2 });
    table.loaded('a', { n: 1 });
    expect(table.get('a')).toEqual({ n: 2 });
    table.takeChanges().written();
    table.loaded('a', { n: 1 });
    expect(table.get('a')).toEqual({ n: 2 });
    table.delete('a');
    table.loaded('a', { n: 1 });
    expect(table.get('a')).toBeUndefined();
  });

  it('lets no row go while it is held', () => {
    const table = createViewTable<CountRow>('counts', 1);
    table.hold();
    for (const key of ['a', 'b', 'c']) table.loaded(key, { n: 1 });
    expect(['a', 'b', 'c'].map((key) => table.get(key)?.n)).toEqual([1, 1, 1]);
    table.release();
    expect(['a', 'b', 'c'].map((key) => table.get(key)?.n)).toEqual([undefined, undefined, 1]);
  });

  it('with the smallest memory never loses a row and never brings one back', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant('change' as const), key, n: fc.option(fc.nat(99)) }),
      },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const), key }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('take' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('written' as const) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.nat(3), (steps, bound) => {
        const table = createViewTable<CountRow>('counts', bound);
        const oracle = new Map<string, CountRow>();
        const stored = new Map<string, CountRow>();
        let taken: ReturnType<typeof table.takeChanges> | null = null;
        const load = (of: string) => {
          if (table.peek(of) === undefined) table.loaded(of, stored.get(of) ?? null);
        };
        const store = () => {
          for (const { key: of, row } of taken?.writes ?? []) {
            if (row) stored.set(of, row as CountRow);
            else stored.delete(of);
          }
          taken?.written();
          taken = null;
        };
        for (const next of steps) {
          if (next.kind === 'take') {
            if (!taken) taken = table.takeChanges();
          } else if (next.kind === 'written') {
            store();
          } else {
            table.hold();
            load(next.key);
            expect(table.get(next.key)).toEqual(oracle.get(next.key));
            if (next.kind === 'change') {
              if (next.n === null) {
                table.delete(next.key);
                oracle.delete(next.key);
              } else {
                table.put(next.key, { n: next.n });
                oracle.set(next.key, { n: next.n });
              }
            }
            table.release();
          }
        }
        store();
        taken = table.takeChanges();
        store();
        expect(stored).toEqual(oracle);
        expect(table.changes()).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });
});
