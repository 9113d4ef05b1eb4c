import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { createManualWait } from '../testing/manual-wait.ts';
import { openShop, type Shop, timeAt } from '../testing/shop.ts';
import { again, DONE, type ReactionOutcome } from './outcome.ts';
import { MAX_OUTSTANDING, type ReactorOptions, startReactor } from './reactor.ts';

const TYPES = ['order.placed', 'order.paid'];

function reactTo(shop: Shop, handle: ReactorOptions['handle'], more: Partial<ReactorOptions> = {}) {
  return startReactor({
    group: 'shop.mail.v1',
    bus: shop.bus,
    topics: ['orders'],
    types: TYPES,
    parking: shop.checkpoints,
    subject: (message) => message.subject,
    now: () => 0,
    handle,
    ...more,
  });
}

const name = ({ subject, sequence }: Message) => `${subject.replace('order-', '')}${sequence}`;

describe('reactor', () => {
  it('handles messages of one subject one after another, and of several side by side', async () => {
    const shop = openShop();
    const started: string[] = [];
    const open = new Map<string, () => void>();
    const reactor = await reactTo(shop, async (message) => {
      started.push(name(message));
      await new Promise<void>((resolve) => open.set(name(message), resolve));
      return DONE;
    });
    for (const id of ['a', 'a', 'b', 'a', 'c']) await shop.add('order.placed', id);
    await shop.add('remark.made', 'x');
    while (started.length < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual(['a1', 'b1', 'c1']);
    expect(reactor.outstanding()).toBe(5);
    open.get('c1')?.();
    open.get('a1')?.();
    while (!open.has('a2')) await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual(['a1', 'b1', 'c1', 'a2']);
    open.get('a2')?.();
    while (!open.has('a3')) await new Promise((resolve) => setImmediate(resolve));
    open.get('b1')?.();
    open.get('a3')?.();
    await reactor.reached(6);
    expect(reactor.position()).toBe(6);
    expect(reactor.outstanding()).toBe(0);
    await reactor.close();
  });

  it('resumes behind what was handled', async () => {
    const shop = openShop();
    const handled: string[] = [];
    const handle = (message: Message): ReactionOutcome => {
      handled.push(name(message));
      return DONE;
    };
    const first = await reactTo(shop, handle);
    await shop.add('order.placed', 'a');
    await first.reached(1);
    await first.close();
    expect(await first.ended).toBeNull();
    await shop.add('order.placed', 'b');
    const restarted = shop.restart();
    const second = await reactTo(restarted, handle);
    await second.reached(2);
    expect(handled).toEqual(['a1', 'b1']);
    await second.close();
  });

  it('waits for the state that a message must find', async () => {
    const shop = openShop();
    const seen = Promise.withResolvers<void>();
    const asked: number[] = [];
    const handled: string[] = [];
    const behind = (position: number) => {
      asked.push(position);
      return position === 1 ? seen.promise : undefined;
    };
    const handle = (message: Message): ReactionOutcome => {
      handled.push(name(message));
      return DONE;
    };
    await shop.add('order.placed', 'a');
    const reactor = await reactTo(shop, handle, { behind });
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toEqual([]);
    seen.resolve();
    await reactor.reached(1);
    expect(handled).toEqual(['a1']);
    await reactor.close();
  });

  it('takes no more than its bound, and goes on when some have finished', async () => {
    const shop = openShop();
    const open: (() => void)[] = [];
    const handle = () => new Promise<ReactionOutcome>((resolve) => open.push(() => resolve(DONE)));
    const total = MAX_OUTSTANDING + 2_000;
    for (let i = 0; i < total; i += 1) await shop.add('order.placed', `o${i}`);
    const reactor = await reactTo(shop, handle);
    while (reactor.outstanding() < MAX_OUTSTANDING) await new Promise((resolve) => setImmediate(resolve));
    const reference = await reactTo(shop, () => DONE, { group: 'shop.reference.v1' });
    await reference.reached(total);
    expect(reactor.outstanding()).toBeLessThan(MAX_OUTSTANDING + 500);
    expect(open.length).toBe(reactor.outstanding());
    while (reactor.position() < total) {
      for (const finish of open.splice(0)) finish();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(reactor.outstanding()).toBe(0);
    await Promise.all([reactor.close(), reference.close()]);
  });

  it('tells the time of what it handled last', async () => {
    const shop = openShop();
    const reactor = await reactTo(shop, () => DONE);
    expect(reactor.lastHandledTime()).toBeNull();
    await shop.add('order.placed', 'a');
    await shop.add('order.paid', 'a');
    await reactor.reached(2);
    expect(reactor.lastHandledTime()).toBe(timeAt(2));
    await reactor.close();
  });

  it('ends when a message can be neither handled nor parked, and handles nothing behind it', async () => {
    const shop = openShop();
    const handled: string[] = [];
    const parking = {
      ...shop.checkpoints,
      park: () => {
        throw new Error('no room to park');
      },
    };
    const handle = (message: Message): ReactionOutcome => {
      handled.push(name(message));
      throw new Error('poisoned');
    };
    await shop.add('order.placed', 'a');
    await shop.add('order.paid', 'a');
    const reactor = await reactTo(shop, handle, { parking });
    expect((await reactor.ended)?.message).toBe('no room to park');
    expect(handled).toEqual(['a1']);
    expect(reactor.position()).toBe(0);
    await reactor.close();
  });

  describe('retries', () => {
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
          shop.bus.consume(options, (messages, settle) => {
            deliveries += 1;
            return consumer(messages, settle);
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
});
