import type { FlushResult } from '@countersign/contracts';
import type { DueSource } from '@countersign/processing';
import type { Actor } from '../plan/events.ts';
import type { RetentionDomain } from './events.ts';
import type { FlushAll } from './flush.ts';
import { slotOf } from './slot.ts';

const SYSTEM: Actor = { kind: 'system', id: 'countersign' };

/**
 * Flushes each domain every half hour of the clock, from the first one on that begins after the start. Every instance looks;
 * which of them flushes is decided in the ledger.
 */
export function createFlushSchedule(
  flushAll: FlushAll,
  nowMs: number,
  onFailed: (result: Pick<FlushResult, 'failed'>) => void,
): DueSource<RetentionDomain> {
  const looked = { traces: slotOf('traces', nowMs), events: slotOf('events', nowMs) };
  return {
    find: async (now) =>
      (['traces', 'events'] as const).filter((domain) => slotOf(domain, now) > looked[domain]),
    async fire(domain, now) {
      const result = await flushAll(domain, SYSTEM, 'by the clock');
      // Whether it was this one or another instance: the half hour has had its flush. What could not be asked is asked again.
      if (result.status !== 'unasked') looked[domain] = slotOf(domain, now);
      if (result.failed.length > 0) onFailed(result);
    },
  };
}
