import type { Reactor } from '@countersign/processing';
import { describe, expect, it } from 'vitest';
import { MAX_READY_LAG_EVENTS, readinessChecks } from './readiness.ts';

/** What the checks miss in an installation that stands like this. */
function missing(as: {
  readonly head?: number;
  readonly views?: number;
  readonly started?: boolean;
  readonly reactors?: readonly (readonly [group: string, position: number])[];
  readonly stopped?: readonly string[];
}) {
  const { head = 100, started = true, reactors = [], stopped = [] } = as;
  const { views = head } = as;
  const checks = readinessChecks({
    store: { acceptedPosition: head },
    views: { position: () => views },
    lifecycle: {
      isStarted: () => started,
      reactors: () => reactors.map(([group, position]) => ({ group, position: () => position }) as Reactor),
      stopped: () => stopped,
    },
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
    expect(missing({ reactors: [['a.b.v1', 100]] })).toEqual({});
  });

  it('misses the state until it is rebuilt, and says how far that is', () => {
    expect(missing({ started: false, views: 40 })).toEqual({
      state: 'is being rebuilt, at event 40 of 100',
    });
  });

  it('misses what has stopped', () => {
    expect(missing({ stopped: ['gateway.verdicts.v1', 'views'] })).toEqual({
      processing: 'stopped: gateway.verdicts.v1, views',
    });
  });

  it('misses what is far behind, and nothing that is a little', () => {
    const head = 1_000_000;
    const late = head - MAX_READY_LAG_EVENTS - 1;
    expect(missing({ head, views: late + 1, reactors: [['a.b.v1', late + 1]] })).toEqual({});
    expect(
      missing({
        head,
        views: late,
        reactors: [
          ['a.b.v1', late],
          ['c.d.v1', head],
        ],
      }),
    ).toEqual({
      lag: 'views is 50001 events behind, a.b.v1 is 50001 events behind',
    });
  });

  it('does not call a rebuild a lag', () => {
    expect(Object.keys(missing({ head: 1_000_000, views: 0, started: false }))).toEqual(['state']);
  });
});
