import { expect, it } from 'vitest';
import { type BusHarness, collect, samples } from './harness.ts';

/** What holds of `follow`, which has no checkpoint. */
export function followingCases(harness: () => BusHarness): void {
  it('follows from a position on, again and again, without a checkpoint', async () => {
    await harness().publish(samples(4));
    const all = collect();
    const first = harness().bus.follow({ topics: ['samples'], after: 0 }, (messages) => all.add(messages));
    await all.until((messages) => messages.length === 4);
    await first.close();
    const rest = collect();
    const after = all.messages[1]!.position;
    const second = harness().bus.follow({ topics: ['samples'], after }, (messages) => rest.add(messages));
    await harness().publish(samples(1, { n: 4 }));
    await rest.until((messages) => messages.length === 3);
    expect(rest.numbers()).toEqual([2, 3, 4]);
    await second.close();
  });

  it('says when a follower has seen what there was at the start', async () => {
    await harness().publish(samples(30));
    const seen = collect();
    const subscription = harness().bus.follow({ topics: ['samples'], after: 0 }, (messages) =>
      seen.add(messages),
    );
    await subscription.caughtUp;
    expect(seen.numbers()).toEqual(Array.from({ length: 30 }, (_, n) => n));
    await subscription.close();
  });

  it('tells followers how far it got, messages or not', async () => {
    await harness().publish([...samples(1), ...samples(3, { type: 'remark.made' })]);
    const remarks = collect();
    const other = harness().bus.follow({ topics: ['remarks'], after: 0 }, (messages) =>
      remarks.add(messages),
    );
    await remarks.until((messages) => messages.length === 3);
    const last = remarks.messages[2]!.position;
    const covered = Promise.withResolvers<void>();
    const subscription = harness().bus.follow({ topics: ['samples'], after: 0 }, (_messages, position) => {
      if (position >= last) covered.resolve();
    });
    await covered.promise;
    await Promise.all([other.close(), subscription.close()]);
  });

  it('ends a follower that throws', async () => {
    await harness().publish(samples(1));
    const subscription = harness().bus.follow({ topics: ['samples'], after: 0 }, () => {
      throw new Error('poisoned');
    });
    expect((await subscription.ended)?.message).toBe('poisoned');
    await subscription.close();
  });

  it('fetches a message again by position, and rereads it by subject and sequence', async () => {
    await harness().publish([...samples(3), ...samples(1, { type: 'remark.made', n: 9 })]);
    const seen = collect();
    const subscription = harness().bus.follow({ topics: ['samples', 'remarks'], after: 0 }, (messages) =>
      seen.add(messages),
    );
    await seen.until((messages) => messages.length === 4);
    for (const message of seen.messages) {
      expect(await harness().bus.fetch(message.position)).toEqual(message);
      expect(await harness().bus.reread(message.subject, message.sequence)).toEqual(message);
    }
    await subscription.close();
  });

  it('rereads a stream after a version, up to another', async () => {
    await harness().publish([...samples(5), ...samples(1, { id: 'other' }), ...samples(1, { n: 5 })]);
    const reread = async (...from: [subject: string, after: number, until?: number]) => {
      const found: unknown[] = [];
      for await (const { sequence, data } of harness().bus.rereadFrom(...from))
        found.push([sequence, data.n]);
      return found;
    };
    const all = [1, 2, 3, 4, 5, 6].map((sequence) => [sequence, sequence - 1]);
    expect(await reread('sample-one', 0)).toEqual(all);
    expect(await reread('sample-one', 4)).toEqual(all.slice(4));
    expect(await reread('sample-one', 1, 3)).toEqual(all.slice(1, 3));
    expect(await reread('sample-one', 5, 900)).toEqual(all.slice(5));
    expect(await reread('sample-one', 6)).toEqual([]);
    expect(await reread('sample-one', 3, 3)).toEqual([]);
    expect(await reread('sample-absent', 0)).toEqual([]);
  });

  it('answers null where there is no message', async () => {
    await harness().publish(samples(1));
    expect(await harness().bus.fetch(0)).toBeNull();
    expect(await harness().bus.fetch(1_000_000)).toBeNull();
    expect(await harness().bus.reread('sample-one', 2)).toBeNull();
    expect(await harness().bus.reread('sample-absent', 1)).toBeNull();
  });
}
