import { describe, expect, it } from 'vitest';
import { openShop } from '../testing/shop.ts';
import { ordersView } from '../testing/shop-views.ts';
import { rowsOf, startHost } from '../testing/start-host.ts';
import { watchViews } from '../testing/watched-views.ts';
import { createMemoryViewStore } from './memory-view-store.ts';
import type { AnyProjection } from './projection.ts';

describe('a projection host that can not go on', () => {
  it('leaves nothing behind of events that the ledger lost', async () => {
    const disk = Promise.withResolvers<void>();
    const shop = openShop(() => disk.promise);
    const views = watchViews(createMemoryViewStore());
    const host = await startHost(shop, views, [ordersView()]);
    await shop.add('order.placed', 'a', { owner: 'ann' });
    await host.reached(1);
    const flushing = host.flush();
    disk.reject(new Error('the disk is gone'));
    await expect(flushing).rejects.toThrow('the disk is gone');
    expect((await host.failed).message).toBe('the disk is gone');
    await host.close();
    expect(views.commits).toEqual([]);
    expect(await rowsOf(views, 'orders')).toEqual({});
  });

  it('fails for good when a write fails', async () => {
    const shop = openShop();
    const views = watchViews(createMemoryViewStore());
    views.before = (call) => {
      if (call === 'commit') throw new Error('no space left');
    };
    const host = await startHost(shop, views, [ordersView()]);
    await shop.add('order.placed', 'a', { owner: 'ann' });
    await host.reached(1);
    await expect(host.flush()).rejects.toThrow('no space left');
    expect((await host.failed).message).toBe('no space left');
    views.before = () => {};
    await expect(host.query('orders', { limit: 1 })).rejects.toThrow('no space left');
    await host.close();
    expect(host.written()).toBe(0);
  });

  it('says so by itself when its timer could not write', async () => {
    const shop = openShop();
    const views = watchViews(createMemoryViewStore());
    views.before = () => {
      throw new Error('no space left');
    };
    const host = await startHost(shop, views, [ordersView()], 1);
    await shop.add('order.placed', 'a', { owner: 'ann' });
    expect((await host.failed).message).toBe('no space left');
    await host.close();
  });

  it('fails when a projection throws', async () => {
    const shop = openShop();
    const broken: AnyProjection = {
      ...ordersView(),
      apply() {
        throw new Error('a projection never rejects');
      },
    };
    const host = await startHost(shop, createMemoryViewStore(), [broken]);
    await shop.add('order.placed', 'a');
    expect((await host.failed).message).toBe('a projection never rejects');
    await host.close();
  });
});
