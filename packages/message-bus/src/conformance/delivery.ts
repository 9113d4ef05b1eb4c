import { expect, it } from 'vitest';
import type { Message } from '../message.ts';
import type { Failure } from '../message-bus.ts';
import { type BusHarness, collect, consumeAll, samples } from './harness.ts';

const failure: Failure = {
  code: 'handler_failed',
  detail: 'poisoned',
  attempts: 3,
  firstAttemptMs: 1,
  lastAttemptMs: 2,
};
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** What holds of `consume`: order, groups, filters, failures and the end. */
export function deliveryCases(harness: () => BusHarness): void {
  it('delivers what was published before and after the consumer came', async () => {
    const { bus, publish } = harness();
    await publish(samples(3));
    const seen = collect();
    const consumption = consumeAll(bus, 'g', seen);
    await seen.until((messages) => messages.length === 3);
    await publish(samples(2, { n: 3 }));
    await seen.until((messages) => messages.length === 5);
    expect(seen.numbers()).toEqual([0, 1, 2, 3, 4]);
    await consumption.close();
  });

  it('tells everything that a message carries', async () => {
    const { bus, publish } = harness();
    await publish([{ type: 'sample.opened', organization: 'acme', id: 'one', n: 7 }]);
    const seen = collect();
    const consumption = consumeAll(bus, 'g', seen);
    await seen.until((messages) => messages.length === 1);
    expect(seen.messages[0]).toMatchObject({
      id: expect.any(String),
      type: 'sample.opened',
      topic: 'samples',
      service: 'samples',
      subject: 'sample-one',
      sequence: 1,
      position: expect.any(Number),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      organization: 'acme',
      data: { n: 7 },
    });
    await consumption.close();
  });

  it('keeps the order within an organization', async () => {
    const { bus, publish } = harness();
    const organizations = ['acme', 'bolt', 'core'];
    for (let n = 0; n < 60; n += 1) {
      await publish(
        organizations.map((organization) => ({
          type: 'sample.opened',
          organization,
          id: `${organization}${n % 4}`,
          n,
        })),
      );
    }
    const seen = collect();
    const consumption = consumeAll(bus, 'g', seen);
    await seen.until((messages) => messages.length === 180);
    for (const organization of organizations) {
      const own = seen.messages.filter((message) => message.organization === organization);
      expect(own.map((message) => message.data.n)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    }
    await consumption.close();
  });

  it('numbers the messages of a subject without a gap', async () => {
    const { bus, publish } = harness();
    await publish([...samples(2), ...samples(3, { type: 'sample.changed' })]);
    const seen = collect();
    const consumption = consumeAll(bus, 'g', seen);
    await seen.until((messages) => messages.length === 5);
    expect(seen.messages.map((message) => message.sequence)).toEqual([1, 2, 3, 4, 5]);
    await consumption.close();
  });

  it('delivers to each group on its own', async () => {
    const { bus, publish } = harness();
    const quick = collect();
    const quickGroup = consumeAll(bus, 'quick', quick);
    const release = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    const slowGroup = bus.consume({ group: 'slow', topics: ['samples'] }, () => {
      entered.resolve();
      return release.promise;
    });
    await publish(samples(5));
    await entered.promise;
    await quick.until((messages) => messages.length === 5);
    release.resolve();
    await Promise.all([quickGroup.close(), slowGroup.close()]);
  });

  it('delivers only the topics and types that were asked for', async () => {
    const { bus, publish } = harness();
    await publish([
      ...samples(2),
      ...samples(2, { type: 'sample.changed', n: 10 }),
      ...samples(2, { type: 'remark.made', n: 20 }),
    ]);
    const changed = collect();
    const remarks = collect();
    const one = bus.consume({ group: 'one', topics: ['samples'], types: ['sample.changed'] }, (messages) =>
      changed.add(messages),
    );
    const two = consumeAll(bus, 'two', remarks, ['remarks']);
    await Promise.all([
      changed.until((messages) => messages.length === 2),
      remarks.until((messages) => messages.length === 2),
    ]);
    await Promise.all([one.close(), two.close()]);
    expect(changed.numbers()).toEqual([10, 11]);
    expect(remarks.numbers()).toEqual([20, 21]);
  });

  it('gives a consumer no more before it has returned', async () => {
    const { bus, publish } = harness();
    const leave = Promise.withResolvers<void>();
    const seen = collect();
    let running = 0;
    let most = 0;
    const consumption = bus.consume({ group: 'g', topics: ['samples'] }, async (messages) => {
      running += 1;
      most = Math.max(most, running);
      seen.add(messages);
      await leave.promise;
      running -= 1;
    });
    const other = collect();
    const otherGroup = consumeAll(bus, 'other', other);
    await publish(samples(20));
    await seen.until((messages) => messages.length > 0);
    const first = seen.messages.length;
    await publish(samples(20, { n: 20 }));
    await other.until((messages) => messages.length === 40);
    expect(seen.messages.length).toBe(first);
    leave.resolve();
    await seen.until((messages) => messages.length === 40);
    await Promise.all([consumption.close(), otherGroup.close()]);
    expect(most).toBe(1);
    expect(seen.numbers()).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  it('stops a group whose consumer throws, says so, and delivers the message again after a restart', async () => {
    const { bus, publish } = harness();
    const other = collect();
    const otherGroup = consumeAll(bus, 'other', other);
    const stopped: Message[] = [];
    const consumption = bus.consume({ group: 'g', topics: ['samples'] }, (messages) => {
      stopped.push(...messages);
      throw new Error('poisoned');
    });
    await publish(samples(1));
    expect((await consumption.ended)?.message).toBe('poisoned');
    await publish(samples(1, { n: 1 }));
    await other.until((messages) => messages.length === 2);
    expect(stopped.length).toBe(1);
    await Promise.all([consumption.close(), otherGroup.close()]);

    await harness().restart();
    const again = collect();
    const second = consumeAll(harness().bus, 'g', again);
    await again.until((messages) => messages.length === 2);
    expect(again.numbers()).toEqual([0, 1]);
    await second.close();
  });

  it('delivers nothing before the consumer is prepared for its share', async () => {
    const { bus, publish } = harness();
    const prepared = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const seen = collect();
    const onAssigned = () => {
      asked.resolve();
      return prepared.promise;
    };
    const consumption = bus.consume({ group: 'g', topics: ['samples'], onAssigned }, (messages) =>
      seen.add(messages),
    );
    const other = collect();
    const otherGroup = consumeAll(bus, 'other', other);
    await publish(samples(3));
    await Promise.all([asked.promise, other.until((messages) => messages.length === 3)]);
    expect(seen.messages).toEqual([]);
    prepared.resolve();
    await seen.until((messages) => messages.length === 3);
    await Promise.all([consumption.close(), otherGroup.close()]);
  });

  it('ends a group whose consumer can not be prepared, and says why', async () => {
    const { bus, publish } = harness();
    const seen = collect();
    const onAssigned = () => Promise.reject(new Error('not prepared'));
    const consumption = bus.consume({ group: 'g', topics: ['samples'], onAssigned }, (messages) =>
      seen.add(messages),
    );
    await publish(samples(1));
    expect((await consumption.ended)?.message).toBe('not prepared');
    expect(seen.messages).toEqual([]);
    await consumption.close();
  });

  it('goes on behind a message that was parked, and does not deliver it again', async () => {
    await harness().publish(samples(3));
    const seen = collect();
    const consumption = harness().bus.consume(
      { group: 'g', topics: ['samples'] },
      (messages, settle, park) => {
        for (const message of messages) {
          if (message.data.n === 1) park(message, failure);
          else settle(message);
        }
        seen.add(messages);
      },
    );
    await seen.until((messages) => messages.length === 3);
    await consumption.reached(seen.messages[2]!.position);
    expect(consumption.outstanding()).toBe(0);
    await consumption.close();
    await harness().restart();
    await harness().publish(samples(1, { n: 99 }));
    const again = collect();
    const second = consumeAll(harness().bus, 'g', again);
    await again.until((messages) => messages.length > 0);
    expect(again.numbers()).toEqual([99]);
    await second.close();
  });

  it('says when a group has handled what there was at the start', async () => {
    const { bus, publish } = harness();
    await publish(samples(30));
    const seen = collect();
    const consumption = consumeAll(bus, 'g', seen);
    await consumption.caughtUp;
    expect(seen.numbers()).toEqual(Array.from({ length: 30 }, (_, n) => n));
    await consumption.close();
    const idle = consumeAll(bus, 'g', collect());
    await idle.caughtUp;
    await idle.close();
  });

  it('delivers nothing again while it runs', async () => {
    const { bus, publish } = harness();
    const seen = collect();
    const consumption = consumeAll(bus, 'g', seen);
    for (let n = 0; n < 20; n += 1) await publish(samples(5, { n: n * 5 }));
    await seen.until((messages) => messages.length >= 100);
    expect(seen.numbers()).toEqual(Array.from({ length: 100 }, (_, n) => n));
    await consumption.close();
  });

  it('carries sealed fields and links as they are', async () => {
    const { bus, publish } = harness();
    const links = { correlation: 'call', causation: 'cause', traceparent: TRACEPARENT };
    const sealed = { key: 'acme/ann', ciphertext: 'Y2lwaGVy', digests: { reason: 'd'.repeat(43) } };
    await publish([{ ...samples(1)[0]!, links, sealed }]);
    const seen = collect();
    const consumption = consumeAll(bus, 'g', seen);
    await seen.until((messages) => messages.length === 1);
    expect(seen.messages[0]).toMatchObject({ ...links, sealed });
    await consumption.close();
  });

  it('ends with null when it is closed, after a running consumer', async () => {
    const { bus, publish } = harness();
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const order: string[] = [];
    const consumption = bus.consume({ group: 'g', topics: ['samples'] }, async () => {
      entered.resolve();
      await leave.promise;
      order.push('consumer');
    });
    await publish(samples(1));
    await entered.promise;
    const closing = consumption.close().then(() => order.push('closed'));
    leave.resolve();
    await closing;
    expect(order).toEqual(['consumer', 'closed']);
    expect(await consumption.ended).toBeNull();
  });

  it('refuses to take part twice in one group at a time', async () => {
    const { bus } = harness();
    const first = consumeAll(bus, 'g', collect());
    expect(() => consumeAll(bus, 'g', collect())).toThrow(RangeError);
    await first.close();
    await consumeAll(bus, 'g', collect()).close();
  });
}
