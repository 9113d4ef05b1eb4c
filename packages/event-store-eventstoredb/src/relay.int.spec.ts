import { describe, expect, it } from 'vitest';
import { eventually, type RelayPair, startRelayPair } from './testing/relay-pair.ts';

/** Positions in the order in which each got to the topic first. */
const firsts = ({ published }: RelayPair) => [...new Set(published.map(({ position }) => position))];
const untilPublished = async (pair: RelayPair, positions: readonly number[]) => {
  await eventually(() => firsts(pair).length === positions.length);
  expect(firsts(pair)).toEqual(positions);
};
const holderOf = async ({ ledger }: RelayPair) => (await ledger.read('lease-relay.shop')).at(-1)?.data.holder;

describe('a relay over EventStoreDB’s protocol', () => {
  it('publishes once what is appended while it has the lease, and hands over without repeating', async () => {
    await using pair = await startRelayPair();
    await untilPublished(pair, await pair.append(20));
    await pair.own.close();
    await eventually(() => pair.other.state() === 'active');
    const all = await pair.append(20);
    await untilPublished(pair, all);
    expect(pair.published).toEqual(all.map((position, n) => ({ by: n < 20 ? 'own' : 'other', position })));
  });

  it('goes on, in order, when its connection was cut and when the server was started again', async () => {
    await using pair = await startRelayPair();
    await pair.other.close();
    for (let round = 0; round < 4; round += 1) {
      await pair.append(50);
      if (round % 2 === 0) pair.network.cut();
      else await pair.restart();
      await untilPublished(pair, await pair.append(5));
    }
  });

  it('loses its lease when it hears nothing, publishes nothing new then, and has it back from a checkpoint', async () => {
    await using pair = await startRelayPair();
    await untilPublished(pair, await pair.append(3));
    pair.network.silence();
    await eventually(() => pair.other.state() === 'active');
    await pair.append(20);
    await eventually(() => pair.published.filter(({ by }) => by === 'other').length >= 20);
    expect(pair.own.problem()).not.toBeNull();
    pair.network.speak();
    await eventually(() => pair.own.state() === 'standby' && pair.own.problem() === null);
    await untilPublished(pair, await pair.append(10));
    expect(await holderOf(pair)).toBe('other');
    const before = new Set(pair.published.filter(({ by }) => by === 'own').map(({ position }) => position));
    expect(before.size).toBe(3);

    await pair.other.close();
    await eventually(() => pair.own.state() === 'active');
    const all = await pair.append(10);
    await untilPublished(pair, all);
    // It went on where the other had got, which had handed over in order.
    expect(pair.published.slice(-10)).toEqual(all.slice(-10).map((position) => ({ by: 'own', position })));
  });
});
