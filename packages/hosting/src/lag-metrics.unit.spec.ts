import { NO_STREAM } from '@countersign/event-sourcing';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import type { Reactor } from '@countersign/processing';
import { createMetrics } from '@countersign/telemetry';
import { manualClock } from '@countersign/testing';
import { expect, it } from 'vitest';
import { measureBus, measureProcessing } from './lag-metrics.ts';

const reactor = (group: string, position: number, parked = 0) =>
  ({ group, position: () => position, parkedCount: () => parked }) as Reactor;

/** What is shown at 12:00:04 of a ledger with one event in each second from 12:00:00 on. */
async function shown(reactors: readonly Reactor[], viewsAt: number, countsEvents = true): Promise<string[]> {
  const clock = manualClock('2026-11-21T12:00:00.000Z');
  const store = createMemoryEventStore();
  for (const second of [0, 1, 2, 3]) {
    const time = `2026-11-21T12:00:0${second}.000Z`;
    const metadata = { id: `event-${second}`, time, organization: 'acme' };
    await store.append(`audit-${second}`, NO_STREAM, [{ type: 'audit-read.v1', data: {}, metadata }]).durable;
  }
  clock.advance(4_000);
  const metrics = createMetrics();
  const processors = [
    { name: 'views', position: () => viewsAt },
    ...reactors.map(({ group, position }) => ({ name: group, position })),
  ];
  measureProcessing(metrics, { store, clock, processors, reactors, countsEvents });
  return (await metrics.expose()).split('\n').filter((line) => /^(projection|parked)/.test(line));
}

it('shows how far each processor is behind, in events and seconds, and what it has set aside', async () => {
  const reactors = [reactor('level.v1', 4), reactor('late.v1', 2, 2), reactor('new.v1', 0)];
  expect((await shown(reactors, 3)).sort()).toEqual([
    'parked_events{processor="late.v1"} 2',
    'parked_events{processor="level.v1"} 0',
    'parked_events{processor="new.v1"} 0',
    'projection_lag_events{processor="late.v1"} 2',
    'projection_lag_events{processor="level.v1"} 0',
    'projection_lag_events{processor="new.v1"} 4',
    'projection_lag_events{processor="views"} 1',
    'projection_lag_seconds{processor="late.v1"} 2',
    'projection_lag_seconds{processor="level.v1"} 0',
    'projection_lag_seconds{processor="new.v1"} 4',
    'projection_lag_seconds{processor="views"} 1',
  ]);
});

it('does not call a processor late by hours that had nothing to do for hours', async () => {
  const idleUntilTheLastEvent = reactor('quiet.v1', 3);
  expect(await shown([idleUntilTheLastEvent], 4)).toContain('projection_lag_seconds{processor="quiet.v1"} 1');
});

it('counts no events where positions do not', async () => {
  const lines = await shown([reactor('late.v1', 2)], 3, false);
  expect(lines.filter((line) => line.startsWith('projection_lag_events'))).toEqual([]);
  expect(lines).toContain('projection_lag_seconds{processor="late.v1"} 2');
});

it('shows what the groups of a process have to go, and its relay', async () => {
  const metrics = createMetrics();
  const lags = [
    { group: 'level.v1', records: 0 },
    { group: 'late.v1', records: 7 },
  ];
  let outstanding = 0;
  measureBus(metrics, { lags: () => lags, relay: { outstanding: () => outstanding } });
  lags[1] = { group: 'late.v1', records: 40 };
  outstanding = 12;
  const lines = (await metrics.expose()).split('\n').filter((line) => /^(consumer|relay)/.test(line));
  expect(lines.sort()).toEqual([
    'consumer_lag_records{processor="late.v1"} 40',
    'consumer_lag_records{processor="level.v1"} 0',
    'relay_lag_events 12',
  ]);
});
