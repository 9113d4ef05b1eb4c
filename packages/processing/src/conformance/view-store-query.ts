import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ViewQuery, ViewStore } from '../views/view-store.ts';
import { GROUP, HEAD, type OpenViewStore, ORDERS, type ViewStoreHarness } from './view-store-harness.ts';

const ROWS = {
  b: { status: 'open', owner: 'ann', due_at: 30 },
  a: { status: 'open', owner: 'ann', due_at: 1_800_000_000_000 },
  d: { status: 'closed', owner: 'ann', due_at: null },
  c: { status: 'open', owner: 'bob', due_at: 10 },
  e: { status: 'open', owner: 'bob', due_at: 10, note: 'not a column' },
  f: { owner: 'bob' },
};

/** What holds of `query`: filters, order and bounds. */
export function queryCases(open: OpenViewStore): void {
  let harness: ViewStoreHarness;
  let store: ViewStore;
  beforeEach(async () => {
    harness = await open();
    store = harness.store;
    await store.open(GROUP, [ORDERS], HEAD);
    const writes = Object.entries(ROWS).map(([key, row]) => ({ view: ORDERS.name, key, row }));
    await store.commit(GROUP, writes, 1);
  });
  afterEach(() => harness.close());
  const keys = async (query: Omit<ViewQuery, 'limit'> & { limit?: number }) => {
    const found = await store.query(ORDERS.name, { limit: 100, ...query });
    return found.map(({ key }) => key).join('');
  };

  it('gives rows in key order', async () => {
    expect(await store.query(ORDERS.name, { limit: 2 })).toEqual([
      { key: 'a', row: ROWS.a },
      { key: 'b', row: ROWS.b },
    ]);
  });

  it('orders keys by their UTF-8 bytes', async () => {
    const odd = ['\u{1F600}', '\uFFFD', 'Z', 'z', 'ä', 'zz'];
    await store.commit(
      GROUP,
      odd.map((key) => ({ view: ORDERS.name, key, row: { owner: 'odd' } })),
      2,
    );
    expect(await keys({ where: { owner: 'odd' } })).toBe('Zzzzä\uFFFD\u{1F600}');
  });

  it('finds rows that equal all conditions', async () => {
    expect(await keys({ where: { owner: 'ann' } })).toBe('abd');
    expect(await keys({ where: { owner: 'ann', status: 'open' } })).toBe('ab');
    expect(await keys({ where: { due_at: 10 } })).toBe('ce');
    expect(await keys({ where: { owner: 'nobody' } })).toBe('');
  });

  it('follows a row that changed or went', async () => {
    await store.commit(
      GROUP,
      [
        { view: ORDERS.name, key: 'a', row: { ...ROWS.a, status: 'closed' } },
        { view: ORDERS.name, key: 'b', row: null },
      ],
      2,
    );
    expect(await keys({ where: { owner: 'ann', status: 'open' } })).toBe('');
    expect(await keys({ where: { owner: 'ann', status: 'closed' } })).toBe('ad');
  });

  it('finds what is due, oldest first, then by key', async () => {
    expect(await keys({ due: { column: 'due_at', max: 30 } })).toBe('ceb');
    expect(await keys({ due: { column: 'due_at', max: 29 } })).toBe('ce');
    expect(await keys({ due: { column: 'due_at', max: 30 }, limit: 1 })).toBe('c');
    expect(await keys({ due: { column: 'due_at', max: 30 }, where: { owner: 'ann' } })).toBe('b');
    expect(await keys({ due: { column: 'due_at', max: 2_000_000_000_000 }, where: { owner: 'ann' } })).toBe(
      'ba',
    );
  });

  it('pages by key without gap or repeat', async () => {
    expect(await keys({ after: 'b', limit: 2 })).toBe('cd');
    expect(await keys({ after: 'd', limit: 2 })).toBe('ef');
    expect(await keys({ after: 'f' })).toBe('');
    expect(await keys({ after: 'aa', where: { owner: 'ann' } })).toBe('bd');
  });

  it.each<[string, ViewQuery, RegExp]>([
    [
      'an undeclared column',
      { where: { note: 'x' }, limit: 1 },
      /"note" is not declared \(status, owner, due_at\)/,
    ],
    ['a prototype name', { where: { constructor: 'x' }, limit: 1 }, /"constructor" is not declared/],
    ['a value of another type', { where: { owner: 5 }, limit: 1 }, /"owner" is text, not number/],
    ['a fraction', { where: { due_at: 1.5 }, limit: 1 }, /"due_at" is integer/],
    ['due of a text column', { due: { column: 'owner', max: 1 }, limit: 1 }, /"due" needs .* integer/],
    [
      'due with after',
      { due: { column: 'due_at', max: 1 }, after: 'a', limit: 1 },
      /"after" pages in key order/,
    ],
    ['no limit', { limit: 0 }, /limit 0 is not/],
    ['several at once', { where: { x: 1, y: 2 }, limit: -1 }, /"x".*"y".*limit -1/],
  ])('refuses %s', async (_, query, message) => {
    await expect(store.query(ORDERS.name, query)).rejects.toThrow(message);
    await expect(store.query(ORDERS.name, query)).rejects.toThrow(RangeError);
  });

  it('refuses a view that is not open', async () => {
    await expect(store.query('carts', { limit: 1 })).rejects.toThrow(/"carts" is not open/);
  });
}
