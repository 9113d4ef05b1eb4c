import { expect, it } from 'vitest';
import type { Message } from '../message.ts';
import { type BusHarness, collect, consumeAll, samples } from './harness.ts';

/** What holds over restarts: nothing is lost, and only what was not settled comes again. */
export function checkpointCases(harness: () => BusHarness): void {
  /** Consumes `count` messages without settling, then settles some of them, restarts, and tells what comes again. */
  const afterRestart = async (count: number, settled: (n: number) => boolean, order = (a: number) => a) => {
    const seen = collect();
    let settleOne: (message: Message) => void = () => {};
    const consumption = harness().bus.consume({ group: 'g', topics: ['samples'] }, (messages, settle) => {
      settleOne = settle;
      seen.add(messages);
    });
    await seen.until((messages) => messages.length === count);
    const done = seen.messages.filter((message) => settled(Number(message.data.n)));
    for (const message of done.sort((a, b) => order(Number(a.data.n)) - order(Number(b.data.n))))
      settleOne(message);
    const state = { position: consumption.position(), outstanding: consumption.outstanding() };
    await consumption.close();
    await harness().restart();
    await harness().publish(samples(1, { n: 99 }));
    const again = collect();
    const second = consumeAll(harness().bus, 'g', again);
    await again.until((messages) => messages.some((message) => message.data.n === 99));
    await second.close();
    return { ...state, again: again.numbers(), first: seen.messages };
  };

  it('resumes behind what was settled', async () => {
    await harness().publish(samples(5));
    const { again, outstanding, position, first } = await afterRestart(5, () => true);
    expect(again).toEqual([99]);
    expect(outstanding).toBe(0);
    expect(position).toBeGreaterThanOrEqual(first[4]!.position);
  });

  it('delivers everything again that was not settled', async () => {
    await harness().publish(samples(5));
    const { again, outstanding } = await afterRestart(5, () => false);
    expect(again).toEqual([0, 1, 2, 3, 4, 99]);
    expect(outstanding).toBe(5);
  });

  it('never passes the first message that is not settled', async () => {
    await harness().publish(samples(6));
    const { again, outstanding, position, first } = await afterRestart(6, (n) => n !== 2);
    expect(again).toEqual([2, 3, 4, 5, 99]);
    expect(outstanding).toBe(1);
    expect(position).toBeGreaterThanOrEqual(first[1]!.position);
    expect(position).toBeLessThan(first[2]!.position);
  });

  it('does not depend on the order of settling', async () => {
    await harness().publish(samples(6));
    const { again } = await afterRestart(
      6,
      (n) => n < 4,
      (n) => -n,
    );
    expect(again).toEqual([4, 5, 99]);
  });

  it('covers messages that were none of the group', async () => {
    await harness().publish([
      ...samples(1),
      ...samples(3, { type: 'remark.made' }),
      ...samples(3, { type: 'sample.changed' }),
    ]);
    const all = collect();
    const everything = harness().bus.follow({ topics: ['samples', 'remarks'], after: 0 }, (messages) =>
      all.add(messages),
    );
    await all.until((messages) => messages.length === 7);
    const last = all.messages.at(-1)!.position;
    const consumption = harness().bus.consume(
      { group: 'g', topics: ['samples'], types: ['sample.opened'] },
      (messages, settle) => messages.forEach(settle),
    );
    await consumption.reached(last);
    expect(consumption.position()).toBeGreaterThanOrEqual(last);
    expect(consumption.reached(last)).toBeUndefined();
    await Promise.all([everything.close(), consumption.close()]);
  });

  it('begins at the first message for a group that has no checkpoint', async () => {
    await harness().publish(samples(2));
    const one = collect();
    const first = consumeAll(harness().bus, 'g', one);
    await one.until((messages) => messages.length === 2);
    await first.close();
    const two = collect();
    const second = consumeAll(harness().bus, 'another', two);
    await two.until((messages) => messages.length === 2);
    await second.close();
  });

  it('settles a message twice without harm', async () => {
    await harness().publish(samples(4));
    const seen = collect();
    const consumption = harness().bus.consume({ group: 'g', topics: ['samples'] }, (messages, settle) => {
      for (const message of messages) {
        if (message.data.n === 1) continue;
        settle(message);
        settle(message);
      }
      seen.add(messages);
    });
    await seen.until((messages) => messages.length === 4);
    expect(consumption.outstanding()).toBe(1);
    expect(consumption.position()).toBeLessThan(seen.messages[1]!.position);
    await consumption.close();
  });
}
