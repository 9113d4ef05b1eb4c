import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ViewRow, ViewStore, ViewWrite } from '../views/view-store.ts';
import { GROUP, HEAD, type OpenViewStore, ORDERS, type ViewStoreHarness } from './view-store-harness.ts';

const put = (key: string, row: ViewRow | null): ViewWrite => ({ view: ORDERS.name, key, row });

/** What holds of `commit`: all writes of a batch and its checkpoint, or none. */
export function commitCases(open: OpenViewStore): void {
  let harness: ViewStoreHarness;
  let store: ViewStore;
  beforeEach(async () => {
    harness = await open();
    store = harness.store;
    await store.open(GROUP, [ORDERS], HEAD);
  });
  afterEach(() => harness.close());
  const stored = async (...keys: string[]) => Object.fromEntries(await store.get(ORDERS.name, keys));

  it('reads back JSON as it was written', async () => {
    const row = {
      status: 'new',
      list: [1, { deep: null }],
      text: 'ümläut ✓ 𝄞 "\'\u0000',
      big: 9007199254740991,
    };
    await store.commit(GROUP, [put('a', row)], 1);
    expect(await stored('a')).toEqual({ a: row });
  });

  it('leaves absent keys out', async () => {
    await store.commit(GROUP, [put('a', {})], 1);
    expect(await stored('b', 'a', 'c')).toEqual({ a: {} });
    expect(await store.get(ORDERS.name, [])).toEqual(new Map());
  });

  it('gives every reader rows of its own', async () => {
    const row = { tags: ['x'] };
    await store.commit(GROUP, [put('a', row)], 1);
    row.tags.push('changed in place by a faulty projection');
    expect(await stored('a')).toEqual({ a: { tags: ['x'] } });
  });

  it('replaces and deletes rows', async () => {
    await store.commit(GROUP, [put('a', { n: 1 }), put('b', { n: 1 })], 1);
    await store.commit(GROUP, [put('a', { n: 2 }), put('b', null), put('absent', null)], 2);
    expect(await stored('a', 'b')).toEqual({ a: { n: 2 } });
  });

  it('applies writes of one key in their order', async () => {
    await store.commit(
      GROUP,
      [put('a', { n: 1 }), put('a', null), put('a', { n: 3 }), put('b', {}), put('b', null)],
      1,
    );
    expect(await stored('a', 'b')).toEqual({ a: { n: 3 } });
  });

  it('changes nothing when one of the writes can not be stored', async () => {
    await store.commit(GROUP, [put('a', { n: 1 })], 1);
    const wrong = store.commit(GROUP, [put('a', { n: 2 }), put('b', { owner: 5 })], 2);
    await expect(wrong).rejects.toThrow(/"owner" is text/);
    expect(await stored('a', 'b')).toEqual({ a: { n: 1 } });
    const again = await harness.reopen();
    expect(await again.open(GROUP, [ORDERS], HEAD)).toBe(1);
  });

  it('moves a checkpoint without rows', async () => {
    await store.commit(GROUP, [], 42);
    const again = await harness.reopen();
    expect(await again.open(GROUP, [ORDERS], HEAD)).toBe(42);
  });

  it('carries calls out in their order, awaited or not', async () => {
    const commits = [1, 2, 3].map((n) => store.commit(GROUP, [put('a', { n })], n));
    const read = stored('a');
    await Promise.all(commits);
    expect(await read).toEqual({ a: { n: 3 } });
  });

  it('takes a large batch and keys of any text', async () => {
    const keys = Array.from({ length: 5_000 }, (_, i) => `key ${i}`).concat(
      '__proto__',
      'constructor',
      "'; --",
      '',
    );
    await store.commit(
      GROUP,
      keys.map((key) => put(key, { key })),
      1,
    );
    const rows = await store.get(ORDERS.name, keys);
    expect(rows.size).toBe(keys.length);
    expect(keys.every((key) => rows.get(key)?.key === key)).toBe(true);
  });

  it('refuses a view and a group that are not open', async () => {
    await expect(store.commit('another', [], 1)).rejects.toThrow(/"another" is not open/);
    await expect(store.commit(GROUP, [{ view: 'carts', key: 'a', row: {} }], 1)).rejects.toThrow(
      /"carts" is not open/,
    );
  });
}
