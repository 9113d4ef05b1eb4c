import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { createManualWait } from '../testing/manual-wait.ts';
import { nameOf as name, reactTo } from '../testing/react-to.ts';
import { openShop, type Shop } from '../testing/shop.ts';
import { again, DONE, outage, type ReactionOutcome } from './outcome.ts';

describe('retries of a reactor', () => {
  it('retries what is transient, waiting twice as long each time, up to the longest wait', async () => {
    const shop = openShop();
    const clock = createManualWait();
    let attempts = 0;
    const retry = { firstDelayMs: 10, maxDelayMs: 50, giveUpAfterMs: 100_000 };
    const handle = (): ReactionOutcome => {
      attempts += 1;
      return attempts === 6 ? DONE : again('not yet');
    };
    const reactor = await reactTo(shop, handle, { ...clock, retry });
    await shop.add('order.placed', 'a');
    for (let i = 0; i < 5; i += 1) await clock.pass();
    await reactor.reached(1);
    expect(clock.delays).toEqual([10, 20, 40, 50, 50]);
    expect(await reactor.parked()).toEqual([]);
    await reactor.close();
  });

  it('parks what stays transient for too long', async () => {
    const shop = openShop();
    const clock = createManualWait();
    const retry = { firstDelayMs: 10, maxDelayMs: 10, giveUpAfterMs: 25 };
    const reactor = await reactTo(shop, () => again('the store is unreachable'), { ...clock, retry });
    await shop.add('order.placed', 'a');
    for (let i = 0; i < 3; i += 1) await clock.pass();
    await reactor.reached(1);
    expect(await reactor.parked()).toMatchObject([{ error: 'the store is unreachable', attempts: 4 }]);
    await reactor.close();
  });

  it.each<[string, () => ReactionOutcome]>([
    ['says that it is one', () => outage('the vault is unreachable')],
    [
      'is of a store that can not be read',
      () => {
        throw Object.assign(new Error('no answer'), { code: 'StoreUnavailable' });
      },
    ],
  ])('waits for the end of an outage that %s, and only then counts the time', async (_, fail) => {
    const shop = openShop();
    const clock = createManualWait();
    const retry = { firstDelayMs: 10, maxDelayMs: 10, giveUpAfterMs: 25 };
    let over = false;
    const handle = () => (over ? again('a conflict') : fail());
    const reactor = await reactTo(shop, handle, { ...clock, retry });
    await shop.add('order.placed', 'a');
    for (let i = 0; i < 50; i += 1) await clock.pass();
    expect(await reactor.parked()).toEqual([]);
    over = true;
    for (let i = 0; i < 3; i += 1) await clock.pass();
    await reactor.reached(1);
    expect(await reactor.parked()).toMatchObject([{ error: 'a conflict' }]);
    await reactor.close();
  });

  it('holds up only its own subject', async () => {
    const shop = openShop();
    const clock = createManualWait();
    const handled: string[] = [];
    let failing = true;
    const handle = (message: Message): ReactionOutcome => {
      if (failing && message.subject === 'order-a') return again('not yet');
      handled.push(name(message));
      return DONE;
    };
    const reactor = await reactTo(shop, handle, clock);
    for (const id of ['a', 'a', 'b']) await shop.add('order.placed', id);
    await clock.waiting();
    while (handled.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toEqual(['b1']);
    expect(reactor.position()).toBe(0);
    failing = false;
    await clock.pass();
    await reactor.reached(3);
    expect(handled).toEqual(['b1', 'a1', 'a2']);
    await reactor.close();
  });

  it('neither loses nor settles a message whose retry the close cuts short', async () => {
    const shop = openShop();
    const clock = createManualWait();
    const first = await reactTo(shop, () => again('not yet'), clock);
    await shop.add('order.placed', 'a');
    await shop.add('order.paid', 'a');
    await clock.waiting();
    await first.close();
    expect(await first.parked()).toEqual([]);
    expect(first.position()).toBe(0);

    const handled: string[] = [];
    const second = await reactTo(shop.restart(), (message) => {
      handled.push(name(message));
      return DONE;
    });
    await second.reached(2);
    expect(handled).toEqual(['a1', 'a2']);
    await second.close();
  });

  it.each([0, 10])(
    'waits at the close for what is being handled, and keeps it settled (%i more come)',
    async (more) => {
      const shop = openShop();
      const entered = Promise.withResolvers<void>();
      const leave = Promise.withResolvers<ReactionOutcome>();
      let deliveries = 0;
      const consume: Shop['bus']['consume'] = (options, consumer) =>
        shop.bus.consume(options, (messages, settle, park) => {
          deliveries += 1;
          return consumer(messages, settle, park);
        });
      const reactor = await reactTo({ ...shop, bus: { ...shop.bus, consume } }, () => {
        entered.resolve();
        return leave.promise;
      });
      await shop.add('order.placed', 'a');
      await entered.promise;
      let closed = false;
      const closing = reactor.close().then(() => {
        closed = true;
      });
      for (let i = 0; i < more; i += 1) await shop.add('order.placed', `later${i}`);
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(closed).toBe(false);
      expect(deliveries).toBeLessThan(3);
      leave.resolve(DONE);
      await closing;
      expect(await shop.checkpoints.load('shop.mail.v1')).toBe(1);
    },
  );

  it('can be closed while it waits for state that will never come', async () => {
    const shop = openShop();
    const asked = Promise.withResolvers<void>();
    const reactor = await reactTo(shop, () => DONE, {
      behind: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    await shop.add('order.placed', 'a');
    await asked.promise;
    await reactor.close();
    expect(reactor.position()).toBe(0);
  });
});
