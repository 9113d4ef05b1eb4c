import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ViewDefinition } from '../views/view-store.ts';
import { GROUP, HEAD, type OpenViewStore, ORDERS, type ViewStoreHarness } from './view-store-harness.ts';

const CARTS: ViewDefinition = { name: 'carts', columns: {}, indexes: [] };

/** What holds of `open`: what is kept over a restart, and when it is begun anew. */
export function openCases(open: OpenViewStore): void {
  let harness: ViewStoreHarness;
  beforeEach(async () => {
    harness = await open();
    await harness.store.open(GROUP, [ORDERS], HEAD);
    await harness.store.commit(GROUP, [{ view: ORDERS.name, key: 'a', row: { status: 'new' } }], 7);
  });
  afterEach(() => harness.close());

  it('begins at checkpoint 0', async () => {
    expect(await harness.store.open('another', [CARTS], HEAD)).toBe(0);
  });

  it('keeps rows and checkpoint of the same definitions across a restart', async () => {
    const store = await harness.reopen();
    expect(await store.open(GROUP, [ORDERS], HEAD)).toBe(7);
    expect(await store.get(ORDERS.name, ['a'])).toEqual(new Map([['a', { status: 'new' }]]));
  });

  it('does not mind the order in which columns are written down', async () => {
    const store = await harness.reopen();
    const columns = Object.fromEntries(Object.entries(ORDERS.columns).reverse());
    expect(await store.open(GROUP, [{ ...ORDERS, columns }], HEAD)).toBe(7);
  });

  it.each([
    ['another column', [{ ...ORDERS, columns: { ...ORDERS.columns, city: 'text' as const } }]],
    ['another column type', [{ ...ORDERS, columns: { ...ORDERS.columns, owner: 'integer' as const } }]],
    ['another index', [{ ...ORDERS, indexes: [['status']] }]],
    ['a new view', [ORDERS, CARTS]],
  ])('rebuilds the group from nothing after %s', async (_, definitions) => {
    const store = await harness.reopen();
    expect(await store.open(GROUP, definitions, HEAD)).toBe(0);
    expect(await store.get(ORDERS.name, ['a'])).toEqual(new Map());
  });

  it('drops a view that is gone: it is empty when it comes back', async () => {
    const without = await harness.reopen();
    expect(await without.open(GROUP, [CARTS], HEAD)).toBe(0);
    await expect(without.get(ORDERS.name, ['a'])).rejects.toThrow(RangeError);
    const again = await harness.reopen();
    expect(await again.open(GROUP, [ORDERS], HEAD)).toBe(0);
    expect(await again.get(ORDERS.name, ['a'])).toEqual(new Map());
  });

  it('drops rows of another ledger: their checkpoint is beyond its head', async () => {
    const store = await harness.reopen();
    expect(await store.open(GROUP, [ORDERS], 6)).toBe(0);
    expect(await store.get(ORDERS.name, ['a'])).toEqual(new Map());
  });

  it('keeps rows whose checkpoint is the head', async () => {
    const store = await harness.reopen();
    expect(await store.open(GROUP, [ORDERS], 7)).toBe(7);
  });

  it('leaves other groups alone', async () => {
    const store = await harness.reopen();
    await store.open('another', [CARTS], HEAD);
    await store.commit('another', [{ view: CARTS.name, key: 'c', row: {} }], 3);
    expect(await store.open(GROUP, [ORDERS], HEAD)).toBe(7);
    await store.open('another', [{ ...CARTS, columns: { size: 'integer' } }], HEAD);
    expect(await store.get(ORDERS.name, ['a'])).toEqual(new Map([['a', { status: 'new' }]]));
  });

  it('hands a view over to a group of another name, empty', async () => {
    const store = await harness.reopen();
    expect(await store.open('shop.orders.v2', [ORDERS], HEAD)).toBe(0);
    expect(await store.get(ORDERS.name, ['a'])).toEqual(new Map());
    await expect(store.commit(GROUP, [], 8)).rejects.toThrow(RangeError);
  });

  it('refuses a definition with all that is wrong in it', async () => {
    const wrong: ViewDefinition = {
      name: 'Orders"; --',
      columns: { body: 'text', 'a-b': 'text' },
      indexes: [[], ['city']],
    };
    await expect(harness.store.open('another', [wrong], HEAD)).rejects.toThrow(
      /its name .*"body".*"a-b".*no column.*city/,
    );
  });

  it('refuses everything when it is closed', async () => {
    await harness.store.close();
    const failure = { code: 'ViewStoreFailed' };
    await expect(harness.store.open(GROUP, [ORDERS], HEAD)).rejects.toMatchObject(failure);
    await expect(harness.store.commit(GROUP, [], 9)).rejects.toMatchObject(failure);
    await expect(harness.store.get(ORDERS.name, ['a'])).rejects.toMatchObject(failure);
    await expect(harness.store.query(ORDERS.name, { limit: 1 })).rejects.toMatchObject(failure);
  });
}
