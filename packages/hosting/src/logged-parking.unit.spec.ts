import type { ParkedEvent } from '@countersign/event-store';
import { createMemoryCheckpoints } from '@countersign/event-store/memory';
import { createLogger } from '@countersign/telemetry';
import { collectLogs } from '@countersign/testing';
import { expect, it } from 'vitest';
import { loggedParking } from './logged-parking.ts';

it('tells of an event that failed, once, and not of those that wait behind it', async () => {
  const logs = collectLogs();
  const logger = createLogger({ level: 'info', service: 'test', destination: logs });
  const lot = loggedParking(createMemoryCheckpoints(), logger);
  const failed: ParkedEvent = {
    group: 'meter-service.quota.v1',
    subject: 'call-1',
    position: 7,
    organization: 'acme',
    error: 'it has no lines',
    parkedAt: '2026-11-21T12:00:00.000Z',
    attempts: 1,
  };
  await lot.park(failed);
  await lot.park({ ...failed, position: 9, error: null, attempts: 0 });
  expect(logs.records()).toMatchObject([
    {
      level: 'error',
      processor: 'meter-service.quota.v1',
      subject: 'call-1',
      position: 7,
      why: 'it has no lines',
    },
  ]);
  expect(await lot.list()).toHaveLength(2);
});
