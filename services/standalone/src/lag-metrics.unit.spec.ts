import type { Reactor } from '@countersign/processing';
import { createMetrics } from '@countersign/telemetry';
import { manualClock } from '@countersign/testing';
import { expect, it } from 'vitest';
import { measureProcessing } from './lag-metrics.ts';

it('shows how far each processor is behind, in events and seconds, and what it has set aside', async () => {
  const metrics = createMetrics();
  const clock = manualClock('2026-11-21T12:00:00.000Z');
  const store = { acceptedPosition: 10 };
  const reactor = (group: string, position: number, lastHandled: string | null, parked = 0) =>
    ({
      group,
      position: () => position,
      lastHandledTime: () => lastHandled,
      parkedCount: () => parked,
    }) as Reactor;
  const reactors = [
    reactor('level.v1', 10, '2026-11-21T11:00:00.000Z'),
    reactor('late.v1', 7, '2026-11-21T12:00:01.500Z', 2),
    reactor('new.v1', 0, null),
  ];
  measureProcessing(metrics, { store, clock, reactors, views: { position: () => 9 } });
  clock.advance(4_000);
  const shown = (await metrics.expose()).split('\n').filter((line) => /^(projection|parked)/.test(line));
  expect(shown.sort()).toEqual([
    'parked_events{processor="late.v1"} 2',
    'parked_events{processor="level.v1"} 0',
    'parked_events{processor="new.v1"} 0',
    'projection_lag_events{processor="late.v1"} 3',
    'projection_lag_events{processor="level.v1"} 0',
    'projection_lag_events{processor="new.v1"} 10',
    'projection_lag_events{processor="views"} 1',
    'projection_lag_seconds{processor="late.v1"} 2.5',
    'projection_lag_seconds{processor="level.v1"} 0',
    'projection_lag_seconds{processor="new.v1"} 4',
  ]);
});
