import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openShop, type Shop, type ShopEvent } from '../testing/shop.ts';
import { activityView, ordersView } from '../testing/shop-views.ts';
import { watchViews } from '../testing/watched-views.ts';
import { createMemoryViewStore } from './memory-view-store.ts';
import { startProjections } from './projection-host.ts';
import type { ViewStore } from './view-store.ts';

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom<ShopEvent>('order.placed', 'order.paid', 'order.paid', 'remark.made'),
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      owner: fc.constantFrom('ann', 'bob', 'cleo'),
      closes: fc.constantFrom('yes', 'no', 'no', 'no'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('flush' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), cleanly: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
);

function start(shop: Shop, views: ViewStore, cachedRows: number) {
  const projections = [ordersView(cachedRows), activityView(cachedRows)];
  return startProjections({ group: 'g', ...shop, views, projections, flushEveryMs: 1e9 });
}

/** A host whose reads and writes take a turn, so that they overlap with what is applied, and that can die. */
async function startProcess(shop: Shop, views: ViewStore, cachedRows: number) {
  let dead = false;
  const own = watchViews(views);
  own.before = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    if (dead) await new Promise(() => {});
  };
  const host = await start(shop, own, cachedRows);
  return {
    host,
    async kill() {
      dead = true;
      void host.subscription.close();
    },
  };
}

/** All rows as text, in key order. */
async function bytesOf(views: ViewStore): Promise<string> {
  const all = await Promise.all(['orders', 'activity'].map((view) => views.query(view, { limit: 1_000 })));
  return JSON.stringify(all);
}

describe('rebuild', () => {
  it('gives the bytes that were there, however the first run was flushed, restarted, or short of memory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.nat(2), async (steps, cachedRows) => {
        const views = createMemoryViewStore();
        let shop = openShop();
        let process = await startProcess(shop, views, cachedRows);
        for (const next of steps) {
          if (next.kind === 'flush') void process.host.flush();
          else if (next.kind === 'settle') await process.host.reached(shop.store.acceptedPosition);
          else if (next.kind === 'restart') {
            await (next.cleanly ? process.host.close() : process.kill());
            shop = shop.restart();
            process = await startProcess(shop, views, cachedRows);
          } else await shop.add(next.kind, next.id, { owner: next.owner, closes: next.closes });
        }
        await process.host.reached(shop.store.acceptedPosition);
        await process.host.close();

        const fresh = createMemoryViewStore();
        const rebuilding = await start(shop.restart(), fresh, 10_000);
        await rebuilding.reached(shop.store.acceptedPosition);
        await rebuilding.close();
        expect(await bytesOf(views)).toBe(await bytesOf(fresh));
      }),
      { numRuns: 300 },
    );
  });

  it('begins from nothing when a view is defined differently', async () => {
    const shop = openShop();
    const views = createMemoryViewStore();
    const first = await start(shop, views, 10);
    for (const id of ['a', 'b']) await shop.add('order.placed', id, { owner: 'ann' });
    await first.reached(2);
    await first.close();
    const before = await bytesOf(views);

    const orders = ordersView();
    const changed = { ...orders, view: { ...orders.view, indexes: [['paid', 'owner']] } };
    const projections = [changed, activityView()];
    const second = await startProjections({ group: 'g', ...shop.restart(), views, projections });
    expect(second.written()).toBe(0);
    await second.reached(2);
    await second.close();
    expect(await bytesOf(views)).toBe(before);
  });

  it('does not keep rows of a ledger that is shorter than they are', async () => {
    const views = createMemoryViewStore();
    const long = openShop();
    const first = await start(long, views, 10);
    for (const id of ['a', 'b', 'c']) await long.add('order.placed', id, { owner: 'ann' });
    await first.reached(3);
    await first.close();

    const restored = openShop();
    await restored.add('order.placed', 'z', { owner: 'bob' });
    const second = await start(restored, views, 10);
    await second.reached(1);
    await second.close();
    expect((await views.query('orders', { limit: 9 })).map(({ key }) => key)).toEqual(['order-z']);
  });
});
