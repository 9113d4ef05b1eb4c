import { describe, expect, it } from 'vitest';
import { openShop, type Shop } from '../testing/shop.ts';
import { activityView, ordersView } from '../testing/shop-views.ts';
import { rowsOf, startHost } from '../testing/start-host.ts';
import { watchViews } from '../testing/watched-views.ts';
import { createMemoryViewStore } from './memory-view-store.ts';
import { FLUSH_ROWS } from './projection-host.ts';

describe('projection host', () => {
  it('runs all projections over one pass, each on its topics', async () => {
    const shop = openShop();
    let passes = 0;
    const follow: Shop['bus']['follow'] = (...args) => {
      passes += 1;
      return shop.bus.follow(...args);
    };
    const views = createMemoryViewStore();
    const host = await startHost({ ...shop, bus: { ...shop.bus, follow } }, views, [
      ordersView(),
      activityView(),
    ]);
    await shop.add('order.placed', 'a', { owner: 'ann' });
    await shop.add('remark.made', 'r', { owner: 'ann' });
    await shop.add('order.paid', 'a', { owner: 'ann', amount: 5 });
    await host.reached(3);
    await host.flush();
    expect(passes).toBe(1);
    expect(await rowsOf(views, 'orders')).toEqual({ 'order-a': { owner: 'ann', paid: 5, position: 3 } });
    expect(await rowsOf(views, 'activity')).toEqual({ ann: { events: 3, position: 3 } });
    await host.close();
  });

  it('writes rows and checkpoint together, and goes on from there', async () => {
    const shop = openShop();
    const views = watchViews(createMemoryViewStore());
    const first = await startHost(shop, views, [ordersView(), activityView()]);
    await shop.add('order.placed', 'a', { owner: 'ann' });
    await shop.add('remark.made', 'r', { owner: 'ann' });
    await first.reached(2);
    expect(first.outstanding()).toBe(2);
    await first.close();
    expect(views.commits).toMatchObject([
      { checkpoint: 2, writes: [{ view: 'orders' }, { view: 'activity' }] },
    ]);

    await shop.add('order.paid', 'a', { owner: 'ann' });
    const second = await startHost(shop.restart(), views, [ordersView(), activityView()]);
    expect(second.written()).toBe(2);
    await second.reached(3);
    await second.close();
    expect(await rowsOf(views, 'activity')).toEqual({ ann: { events: 3, position: 3 } });
    expect(views.commits.length).toBe(2);
  });

  it('applies again what a crash left unwritten, once', async () => {
    const shop = openShop();
    const views = createMemoryViewStore();
    const crashed = await startHost(shop, views, [activityView()]);
    await shop.add('order.placed', 'a', { owner: 'ann' });
    await crashed.reached(1);
    await crashed.flush();
    await shop.add('order.paid', 'a', { owner: 'ann' });
    await crashed.reached(2);
    // The process ends here without a close: the second message is in memory only.
    await crashed.subscription.close();
    const second = await startHost(shop.restart(), views, [activityView()]);
    await second.reached(2);
    await second.close();
    expect(await rowsOf(views, 'activity')).toEqual({ ann: { events: 2, position: 2 } });
  });

  it('keeps rows from the store until what they were made of is durable', async () => {
    const disk = Promise.withResolvers<void>();
    const shop = openShop(() => disk.promise);
    const views = watchViews(createMemoryViewStore());
    const host = await startHost(shop, views, [ordersView()]);
    await shop.add('order.placed', 'a', { owner: 'ann' });
    await host.reached(1);
    expect(await host.find(ordersView(), 'order-a')).toBeUndefined();
    const flushing = host.flush();
    await new Promise((resolve) => setImmediate(resolve));
    expect(views.commits).toEqual([]);
    disk.resolve();
    await flushing;
    expect(views.commits).toMatchObject([{ checkpoint: 1 }]);
    await host.close();
  });

  it('writes by itself after a while', async () => {
    const shop = openShop();
    const views = watchViews(createMemoryViewStore());
    const written = Promise.withResolvers<void>();
    views.before = (call) => {
      if (call === 'commit') written.resolve();
    };
    const host = await startHost(shop, views, [ordersView()], 1);
    await shop.add('order.placed', 'a');
    await written.promise;
    await host.close();
  });

  it('answers queries with everything that was applied', async () => {
    const shop = openShop();
    const host = await startHost(shop, createMemoryViewStore(), [ordersView()]);
    for (const id of ['b', 'a']) await shop.add('order.placed', id, { owner: 'ann' });
    await host.reached(2);
    const found = await host.query('orders', { where: { owner: 'ann' }, limit: 10 });
    expect(found.map(({ key }) => key)).toEqual(['order-a', 'order-b']);
    await host.close();
  });

  it('begins rows without reading the store, and reads what it does not remember once for a batch', async () => {
    const shop = openShop();
    const views = watchViews(createMemoryViewStore());
    for (const id of ['a', 'b', 'c']) await shop.add('order.placed', id);
    for (const id of ['a', 'b', 'c']) await shop.add('order.paid', id);
    const first = await startHost(shop, views, [ordersView()]);
    await first.reached(6);
    await first.close();
    expect(views.gets).toEqual([]);

    for (const id of ['a', 'b', 'a']) await shop.add('order.paid', id);
    const second = await startHost(shop.restart(), views, [ordersView()]);
    await second.reached(9);
    await second.close();
    expect(views.gets).toEqual([['order-a', 'order-b']]);
    expect(await rowsOf(views, 'orders')).toMatchObject({ 'order-a': { paid: 3 }, 'order-b': { paid: 2 } });
  });

  it('takes no more messages while two writes of rows wait', async () => {
    const shop = openShop();
    const views = watchViews(createMemoryViewStore());
    const open = Promise.withResolvers<void>();
    views.before = (call) => (call === 'commit' ? open.promise : undefined);
    const total = 4 * FLUSH_ROWS;
    for (let i = 0; i < total; i += 1) await shop.add('order.placed', `o${i}`);
    const host = await startHost(shop, views, [ordersView()]);
    const reference = await startHost(shop, createMemoryViewStore(), [ordersView()]);
    await reference.reached(total);
    await reference.close();
    expect(host.position()).toBeLessThan(2 * FLUSH_ROWS + 1_000);
    open.resolve();
    await host.reached(total);
    await host.close();
    expect(views.commits.reduce((sum, { writes }) => sum + writes.length, 0)).toBe(total);
  });

  it('tells what waits to be written', async () => {
    const shop = openShop();
    const host = await startHost(shop, createMemoryViewStore(), [ordersView()]);
    await shop.add('order.placed', 'a');
    await shop.add('remark.made', 'r');
    await host.reached(2);
    expect(host.outstanding()).toBe(1);
    await host.flush();
    expect(host.outstanding()).toBe(0);
    await host.close();
  });
});
