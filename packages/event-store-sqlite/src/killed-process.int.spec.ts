import { afterEach, describe, expect, it } from 'vitest';
import { cutWalToLastSync } from './faults/index.ts';
import { startProgram } from './testing/child-process.ts';
import { newDirectory, openLedger, removeDirectory } from './testing/open-ledger.ts';

const ROUNDS = 8;

/** `kill -9` under load; every second round also loses what was not synced. */
describe('a killed process', () => {
  const directory = newDirectory();
  afterEach(() => removeDirectory(directory));

  it(`keeps what was acknowledged, as a prefix of the accepted order, ${ROUNDS} times`, async () => {
    let survivedBefore = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = startProgram('append', [directory, String(round)]);
      const acknowledged: number[] = [];
      const wanted = 40 + ((round * 97) % 900);
      while (acknowledged.length < wanted) acknowledged.push(numberOf((await child.nextLine())!));
      await child.kill();
      acknowledged.push(...(await child.rest()).map(numberOf));
      const cut = round % 2 === 1 ? cutWalToLastSync(directory) : null;
      if (cut) expect(cut.after).toBeLessThanOrEqual(cut.before);

      const store = await openLedger({ directory });
      const events = [];
      for (let after = survivedBefore; after < store.durablePosition; ) {
        const page = await store.readPage({ after, limit: 1_000 });
        events.push(...page.events);
        after = page.position;
      }
      // Positions without a hole, batches whole, numbers in accepted order: a prefix.
      expect(events.map((event) => event.position)).toEqual(
        events.map((_, index) => survivedBefore + index + 1),
      );
      expect(events.length % 3).toBe(0);
      expect(events.map((event) => event.data.number)).toEqual(
        events.map((_, index) => Math.floor(index / 3) + 1),
      );
      expect(events.length / 3).toBeGreaterThanOrEqual(Math.max(...acknowledged));
      const checkpoint = await store.load('counter.v1');
      expect(checkpoint).toBeLessThanOrEqual(store.durablePosition);
      survivedBefore = store.durablePosition;
      await store.close();
    }
  });
});

function numberOf(line: string): number {
  const [word, number] = line.split(' ');
  if (word !== 'durable') throw new Error(line);
  return Number(number);
}
