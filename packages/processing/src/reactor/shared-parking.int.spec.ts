import type { ParkingLot } from '@countersign/event-store';
import type { ConsumeOptions, Message, MessageBus } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { nameOf, reactTo } from '../testing/react-to.ts';
import { openShop, type Shop } from '../testing/shop.ts';
import { DONE, type ReactionOutcome } from './outcome.ts';

/** Two processes of one group: `owner` gets the messages, `other` none. */
async function processes(shop: Shop, lot: Partial<ParkingLot> = {}) {
  const poisoned = new Set<string>();
  const handled: string[] = [];
  const handle =
    (by: string, before: (name: string) => Promise<void> | void = () => {}) =>
    async (message: Message): Promise<ReactionOutcome> => {
      if (poisoned.has(nameOf(message))) throw new Error(`${nameOf(message)} is poisoned`);
      await before(nameOf(message));
      handled.push(`${nameOf(message)} by ${by}`);
      return DONE;
    };
  const parking: ParkingLot = { ...shop.checkpoints, ...lot };
  const owner = await reactTo(shop, handle('owner'), { parking });
  const startOther = (before?: (name: string) => Promise<void>) =>
    reactTo(shop.restart(), handle('other', before), { topics: [] });
  return { poisoned, handled, owner, startOther };
}

describe('what is parked of a group of several processes', () => {
  it('is released by any of them, in order, and the next message does not wait behind it', async () => {
    const shop = openShop();
    const { poisoned, handled, owner, startOther } = await processes(shop);
    poisoned.add('a1');
    for (const id of ['a', 'a']) await shop.add('order.placed', id);
    await owner.reached(2);
    poisoned.clear();
    const other = await startOther();
    expect(await other.retry('order-a')).toEqual({ released: 2, remaining: 0 });
    await shop.add('order.placed', 'a');
    await owner.reached(3);
    expect(handled).toEqual(['a1 by other', 'a2 by other', 'a3 by owner']);
    expect([await owner.parked(), owner.parkedCount()]).toEqual([[], 0]);
    await Promise.all([owner.close(), other.close()]);
  });

  it('is released together with what came while it was', async () => {
    const shop = openShop();
    const { poisoned, handled, owner, startOther } = await processes(shop);
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    poisoned.add('a1');
    await shop.add('order.placed', 'a');
    await owner.reached(1);
    poisoned.clear();
    const other = await startOther(async (name) => {
      if (name !== 'a1') return;
      entered.resolve();
      await leave.promise;
    });
    const releasing = other.retry('order-a');
    await entered.promise;
    await shop.add('order.placed', 'a');
    await owner.reached(2);
    expect(await owner.parked()).toHaveLength(2);
    leave.resolve();
    expect(await releasing).toEqual({ released: 2, remaining: 0 });
    expect(handled).toEqual(['a1 by other', 'a2 by other']);
    await Promise.all([owner.close(), other.close()]);
  });

  it('does not hold up a message whose note comes just behind the last release', async () => {
    const shop = openShop();
    const noting = Promise.withResolvers<void>();
    const noted = Promise.withResolvers<void>();
    const { poisoned, handled, owner, startOther } = await processes(shop, {
      async park(event) {
        if (event.error === null) {
          noting.resolve();
          await noted.promise;
        }
        await shop.checkpoints.park(event);
      },
    });
    poisoned.add('a1');
    await shop.add('order.placed', 'a');
    await owner.reached(1);
    poisoned.clear();
    await shop.add('order.placed', 'a');
    await noting.promise;
    const other = await startOther();
    expect(await other.retry('order-a')).toEqual({ released: 1, remaining: 0 });
    noted.resolve();
    await owner.reached(2);
    expect(handled).toEqual(['a1 by other', 'a2 by owner']);
    expect(await owner.parked()).toEqual([]);
    await Promise.all([owner.close(), other.close()]);
  });

  it('is learnt by whoever gets the share of the one that parked it', async () => {
    const shop = openShop();
    let options: ConsumeOptions | undefined;
    const bus: MessageBus = {
      ...shop.bus,
      consume(given, consumer) {
        options = given;
        return shop.bus.consume(given, consumer);
      },
    };
    const handled: string[] = [];
    let assigned = 0;
    const reactor = await reactTo(
      { ...shop, bus },
      (message) => {
        handled.push(nameOf(message));
        return DONE;
      },
      {
        onAssigned() {
          assigned += 1;
        },
      },
    );
    const common = { group: reactor.group, organization: 'acme', parkedAt: '2026-11-01T00:00:00.000Z' };
    await shop.checkpoints.park({
      ...common,
      subject: 'order-a',
      position: 0,
      error: 'poisoned',
      attempts: 1,
    });
    await options?.onAssigned?.();
    expect([reactor.parkedCount(), assigned]).toEqual([1, 2]);
    for (const id of ['a', 'b']) await shop.add('order.placed', id);
    await reactor.reached(2);
    expect(handled).toEqual(['b1']);
    expect(await reactor.parked()).toHaveLength(2);
    await reactor.close();
  });
});

describe('a message that is parked', () => {
  it('is done with for the bus when its note is durable, and not before', async () => {
    const shop = openShop();
    const durable = Promise.withResolvers<void>();
    const noting = Promise.withResolvers<void>();
    const { poisoned, owner } = await processes(shop, {
      async park() {
        noting.resolve();
        await durable.promise;
      },
    });
    poisoned.add('a1');
    await shop.add('order.placed', 'a');
    await noting.promise;
    for (const _ of Array(20)) await Promise.resolve();
    expect([owner.position(), owner.outstanding()]).toEqual([0, 1]);
    durable.resolve();
    await owner.reached(1);
    await owner.close();
  });

  it('behind another waits for a parking lot that can not be read, and nothing is lost', async () => {
    const shop = openShop();
    let readable = true;
    const asked = Promise.withResolvers<void>();
    const { poisoned, owner } = await processes(shop, {
      async list(filter) {
        if (readable) return shop.checkpoints.list(filter);
        asked.resolve();
        throw new Error('no answer');
      },
    });
    poisoned.add('a1');
    await shop.add('order.placed', 'a');
    await owner.reached(1);
    readable = false;
    await shop.add('order.placed', 'a');
    await asked.promise;
    readable = true;
    await owner.reached(2);
    expect(await owner.parked()).toHaveLength(2);
    await owner.close();
  });
});
