import type { Failure, Message, MessageBus } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { createManualWait } from '../testing/manual-wait.ts';
import { nameOf as name, reactTo } from '../testing/react-to.ts';
import { openShop, type Shop } from '../testing/shop.ts';
import { again, DONE, type ReactionOutcome } from './outcome.ts';
import type { Reactor, ReactorOptions } from './reactor.ts';

const GROUP = 'shop.mail.v1';

/** A reactor that fails on the named messages, permanently. */
async function run(shop: Shop, poisoned: Set<string>, more: Partial<ReactorOptions> = {}) {
  const handled: string[] = [];
  const handle = (message: Message): ReactionOutcome => {
    if (poisoned.has(name(message))) throw new Error(`${name(message)} is poisoned`);
    handled.push(name(message));
    return DONE;
  };
  const now = () => Date.UTC(2026, 10, 1);
  return { reactor: await reactTo(shop, handle, { now, ...more }), handled };
}

const parkedOf = async (reactor: Reactor) =>
  (await reactor.parked()).map(({ subject, position, error, attempts }) => [
    subject,
    position,
    error,
    attempts,
  ]);

describe('parking', () => {
  it('parks the poisoned message and the later ones of its subject, while others go on', async () => {
    const shop = openShop();
    const { reactor, handled } = await run(shop, new Set(['a2']));
    for (const id of ['a', 'a', 'b', 'a', 'a', 'b']) await shop.add('order.placed', id);
    await reactor.reached(6);
    expect(handled).toEqual(['a1', 'b1', 'b2']);
    expect(await parkedOf(reactor)).toEqual([
      ['order-a', 2, 'a2 is poisoned', 1],
      ['order-a', 4, null, 0],
      ['order-a', 5, null, 0],
    ]);
    expect(reactor.parkedCount()).toBe(3);
    expect(reactor.position()).toBe(6);
    expect((await reactor.parked())[0]).toMatchObject({
      group: GROUP,
      organization: 'acme',
      parkedAt: '2026-11-01T00:00:00.000Z',
    });
    await reactor.close();
  });

  it('tells the bus what it parked and why, so that a dead letter can be kept', async () => {
    const shop = openShop();
    const told: [string, Failure][] = [];
    const bus: MessageBus = {
      ...shop.bus,
      consume: (options, consumer) =>
        shop.bus.consume(options, (messages, settle) =>
          consumer(messages, settle, (message, failure) => {
            told.push([name(message), failure]);
            settle(message);
          }),
        ),
    };
    const { reactor } = await run({ ...shop, bus }, new Set(['a1']));
    for (const id of ['a', 'a', 'b']) await shop.add('order.placed', id);
    await reactor.reached(3);
    const now = Date.UTC(2026, 10, 1);
    expect(told).toEqual([
      [
        'a1',
        {
          code: 'handler_failed',
          detail: 'a1 is poisoned',
          attempts: 1,
          firstAttemptMs: now,
          lastAttemptMs: now,
        },
      ],
      ['a2', expect.objectContaining({ code: 'waits_behind', attempts: 0 })],
    ]);
    await reactor.close();
  });

  it('releases in order, and lets the subject go on', async () => {
    const shop = openShop();
    const poisoned = new Set(['a1']);
    const { reactor, handled } = await run(shop, poisoned);
    for (const id of ['a', 'a', 'a']) await shop.add('order.placed', id);
    await reactor.reached(3);
    poisoned.clear();
    expect(await reactor.retry('order-a')).toEqual({ released: 3, remaining: 0 });
    await shop.add('order.placed', 'a');
    await reactor.reached(4);
    expect(handled).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(await reactor.parked()).toEqual([]);
    expect(reactor.parkedCount()).toBe(0);
    await reactor.close();
  });

  it('stops releasing at the first that fails again', async () => {
    const shop = openShop();
    const poisoned = new Set(['a1', 'a3']);
    const { reactor, handled } = await run(shop, poisoned);
    for (const id of ['a', 'a', 'a', 'a']) await shop.add('order.placed', id);
    await reactor.reached(4);
    expect(await reactor.retry('order-a')).toEqual({ released: 0, remaining: 4 });
    expect((await parkedOf(reactor))[0]).toEqual(['order-a', 1, 'a1 is poisoned', 2]);
    poisoned.delete('a1');
    expect(await reactor.retry('order-a')).toEqual({ released: 2, remaining: 2 });
    expect(handled).toEqual(['a1', 'a2']);
    expect(await parkedOf(reactor)).toEqual([
      ['order-a', 3, 'a3 is poisoned', 1],
      ['order-a', 4, null, 0],
    ]);
    await shop.add('order.placed', 'a');
    await reactor.reached(5);
    expect((await parkedOf(reactor)).length).toBe(3);
    expect(reactor.parkedCount()).toBe(3);
    await reactor.close();
  });

  it('has nothing to release for a subject that is not parked', async () => {
    const { reactor } = await run(openShop(), new Set());
    expect(await reactor.retry('order-a')).toEqual({ released: 0, remaining: 0 });
    await reactor.close();
  });

  it('lets a message that arrives during a release wait its turn', async () => {
    const shop = openShop();
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const handled: string[] = [];
    let poisoned = true;
    const { reactor } = await run(shop, new Set(), {
      async handle(message) {
        if (poisoned) throw new Error('poisoned');
        if (name(message) === 'a1') {
          entered.resolve();
          await leave.promise;
        }
        handled.push(name(message));
        return DONE;
      },
    });
    await shop.add('order.placed', 'a');
    await shop.add('order.placed', 'a');
    await reactor.reached(2);
    poisoned = false;
    const releasing = reactor.retry('order-a');
    await entered.promise;
    await shop.add('order.placed', 'a');
    await shop.add('order.placed', 'b');
    while (!handled.includes('b1')) await new Promise((resolve) => setImmediate(resolve));
    expect(handled).toEqual(['b1']);
    leave.resolve();
    expect(await releasing).toEqual({ released: 2, remaining: 0 });
    await reactor.reached(4);
    expect(handled).toEqual(['b1', 'a1', 'a2', 'a3']);
    await reactor.close();
  });

  it('retries what is transient while it releases', async () => {
    const shop = openShop();
    const clock = createManualWait();
    const outcomes: (() => ReactionOutcome)[] = [
      () => {
        throw new Error('poisoned');
      },
      () => again('not yet'),
      () => DONE,
    ];
    const { reactor } = await run(shop, new Set(), {
      ...clock,
      handle: () => (outcomes.shift() ?? (() => DONE))(),
    });
    await shop.add('order.placed', 'a');
    await reactor.reached(1);
    const releasing = reactor.retry('order-a');
    await clock.pass();
    expect(await releasing).toEqual({ released: 1, remaining: 0 });
    await reactor.close();
  });

  it('keeps parked subjects parked across a restart, with their reasons', async () => {
    const shop = openShop();
    const first = await run(shop, new Set(['a1']));
    for (const id of ['a', 'a']) await shop.add('order.placed', id);
    await first.reactor.reached(2);
    const before = await first.reactor.parked();
    await first.reactor.close();

    const second = await run(shop.restart(), new Set());
    expect(second.reactor.parkedCount()).toBe(2);
    for (const id of ['a', 'b']) await shop.add('order.placed', id);
    await second.reactor.reached(4);
    expect(second.handled).toEqual(['b1']);
    expect((await second.reactor.parked()).slice(0, 2)).toEqual(before);
    expect(await second.reactor.retry('order-a')).toEqual({ released: 3, remaining: 0 });
    expect(second.handled).toEqual(['b1', 'a1', 'a2', 'a3']);
    await second.reactor.close();
  });

  it('after a crash that repeats messages keeps reasons, and handles again what comes before the poisoned one', async () => {
    const shop = openShop();
    const poisoned = new Set(['a2']);
    const first = await run(shop, poisoned);
    for (const id of ['a', 'a', 'a']) await shop.add('order.placed', id);
    await first.reactor.reached(3);
    const before = await first.reactor.parked();
    await first.reactor.close();
    // The checkpoint had not been written when the process died.
    shop.checkpoints.save(GROUP, 0);

    const second = await run(shop.restart(), poisoned);
    await second.reactor.reached(3);
    expect(second.handled).toEqual(['a1']);
    expect(await second.reactor.parked()).toEqual(before);
    await second.reactor.close();
  });

  it('keeps a message parked that can not be read', async () => {
    const shop = openShop();
    const poisoned = new Set(['a1']);
    const bus = { ...shop.bus, fetch: async () => null };
    const { reactor, handled } = await run({ ...shop, bus }, poisoned);
    await shop.add('order.placed', 'a');
    await reactor.reached(1);
    poisoned.clear();
    expect(await reactor.retry('order-a')).toEqual({ released: 0, remaining: 1 });
    expect(await parkedOf(reactor)).toEqual([['order-a', 1, expect.stringContaining('not be read'), 1]]);
    expect(handled).toEqual([]);
    await reactor.close();
  });

  it('a release that the close cuts short keeps what is left', async () => {
    const shop = openShop();
    const clock = createManualWait();
    let outcome: () => ReactionOutcome = () => {
      throw new Error('poisoned');
    };
    const { reactor } = await run(shop, new Set(), { ...clock, handle: () => outcome() });
    await shop.add('order.placed', 'a');
    await shop.add('order.placed', 'a');
    await reactor.reached(2);
    outcome = () => again('not yet');
    const releasing = reactor.retry('order-a');
    await clock.waiting();
    await reactor.close();
    expect(await releasing).toEqual({ released: 0, remaining: 2 });
    expect((await reactor.parked()).length).toBe(2);
  });
});
