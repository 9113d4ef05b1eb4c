import { beforeEach, describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../testing/shop.ts';
import { type OrderRow, ordersView } from '../testing/shop-views.ts';
import { type WatchedViews, watchViews } from '../testing/watched-views.ts';
import { createMemoryViewStore } from './memory-view-store.ts';
import type { Projection } from './projection.ts';
import { type ProjectionHost, startProjections } from './projection-host.ts';

describe('finding one row', () => {
  let shop: Shop;
  let views: WatchedViews;
  let orders: Projection<OrderRow>;
  let host: ProjectionHost;

  /** A host that remembers at most one row, over a store that has the orders a and b. */
  beforeEach(async () => {
    shop = openShop();
    views = watchViews(createMemoryViewStore());
    orders = ordersView(1);
    host = await startProjections({ group: 'g', ...shop, views, projections: [orders], flushEveryMs: 1e9 });
    for (const id of ['a', 'b']) await shop.add('order.placed', id);
    await host.reached(2);
    await host.flush();
    views.gets.length = 0;
  });

  /** Holds up what the store answers until the spec has done something. */
  const whileReading = async (key: string, meanwhile: () => Promise<void>) => {
    const read = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    views.before = (call) => {
      if (call !== 'get') return;
      views.before = () => {};
      read.resolve();
      return answer.promise;
    };
    const finding = host.find(orders, key);
    await read.promise;
    await meanwhile();
    answer.resolve();
    return finding;
  };

  it('finds rows in memory without the store, and others in the store', async () => {
    expect(await host.find(orders, 'order-b')).toMatchObject({ position: 2 });
    expect(views.gets).toEqual([]);
    expect(await host.find(orders, 'order-a')).toMatchObject({ position: 1 });
    expect(await host.find(orders, 'order-x')).toBeUndefined();
    expect(views.gets).toEqual([['order-a'], ['order-x']]);
    await host.close();
  });

  it('remembers what it found, and what is not there', async () => {
    for (let i = 0; i < 3; i += 1) expect(await host.find(orders, 'order-x')).toBeUndefined();
    expect(views.gets).toEqual([['order-x']]);
    for (let i = 0; i < 3; i += 1) await host.find(orders, 'order-a');
    expect(views.gets).toEqual([['order-x'], ['order-a']]);
    await host.close();
  });

  it('answers with what was applied while it read', async () => {
    const found = await whileReading('order-a', async () => {
      await shop.add('order.paid', 'a', { amount: 7 });
      await host.reached(3);
    });
    expect(found).toMatchObject({ paid: 7 });
    await host.close();
  });

  it('does not bring back a row that was deleted while it read', async () => {
    const found = await whileReading('order-a', async () => {
      await shop.add('order.paid', 'a', { closes: 'yes' });
      await host.reached(3);
    });
    expect(found).toBeUndefined();
    await host.close();
  });

  it('does not remember what was changed, written and forgotten while it read', async () => {
    await whileReading('order-a', async () => {
      await shop.add('order.paid', 'a', { amount: 7 });
      await host.reached(3);
      await host.flush();
      await shop.add('order.paid', 'b');
      await host.reached(4);
      await host.flush();
    });
    await shop.add('order.paid', 'a', { amount: 1 });
    await host.reached(5);
    expect(await host.find(orders, 'order-a')).toMatchObject({ paid: 8 });
    await host.close();
  });
});
