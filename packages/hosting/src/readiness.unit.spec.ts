import { describe, expect, it } from 'vitest';
import { createLagWatch, LOOK_EVERY_MS, MAX_READY_LAG_MS, readinessChecks } from './readiness.ts';

/** What the checks miss in a process that stands like this. */
function missing(as: {
  readonly head?: number;
  readonly rebuilt?: number;
  readonly started?: boolean;
  readonly processors?: readonly (readonly [name: string, position: number])[];
  readonly lateBelow?: number;
  readonly stopped?: readonly string[];
}) {
  const { head = 100, started = true, processors = [], stopped = [], lateBelow = 0, rebuilt = head } = as;
  const checks = readinessChecks({
    store: { acceptedPosition: head },
    processors: () => processors.map(([name, position]) => ({ name, position: () => position })),
    lag: { isLate: (position) => position < lateBelow },
    lifecycle: { isStarted: () => started, stopped: () => stopped, rebuiltTo: () => rebuilt },
  });
  return Object.fromEntries(
    checks.flatMap(({ name, missing: why }) => {
      const said = why();
      return said === null ? [] : [[name, said]];
    }),
  );
}

describe('readiness', () => {
  it('misses nothing once everything runs and has handled what there is', () => {
    expect(missing({ processors: [['a.b.v1', 100]] })).toEqual({});
  });

  it('misses the state until it is rebuilt, and says how far that is', () => {
    expect(missing({ started: false, rebuilt: 40 })).toEqual({
      state: 'is being rebuilt, at position 40 of 100',
    });
  });

  it('misses what has stopped', () => {
    expect(missing({ stopped: ['gateway.verdicts.v1', 'views'] })).toEqual({
      processing: 'stopped: gateway.verdicts.v1, views',
    });
  });

  it('names what is late, and nothing that is not', () => {
    const processors = [
      ['views', 90],
      ['a.b.v1', 95],
    ] as const;
    expect(missing({ processors, lateBelow: 95 })).toEqual({
      lag: `more than ${MAX_READY_LAG_MS} ms behind the ledger: views`,
    });
  });

  it('does not call a rebuild a lag', () => {
    expect(Object.keys(missing({ lateBelow: 50, processors: [['views', 0]], started: false }))).toEqual([
      'state',
    ]);
  });
});

describe('a lag', () => {
  it('is late when it has not seen for so long what there was', () => {
    const store = { acceptedPosition: 10 };
    const watch = createLagWatch(store);
    watch.look();
    store.acceptedPosition = 20;
    for (let looked = 1; looked < MAX_READY_LAG_MS / LOOK_EVERY_MS; looked += 1) watch.look();
    expect(watch.isLate(0)).toBe(false);
    watch.look();
    expect([9, 10, 20].map(watch.isLate)).toEqual([true, false, false]);
    watch.look();
    expect([10, 19, 20].map(watch.isLate)).toEqual([true, true, false]);
    watch.close();
  });
});
