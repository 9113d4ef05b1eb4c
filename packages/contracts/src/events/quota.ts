import { z } from 'zod';
import { closed } from '../closed.ts';
import { planEntry } from '../vocabulary/plan.ts';
import {
  meterBalance,
  meterKey,
  meterModes,
  meterScope,
  period,
  quotaLine,
  throttleName,
} from '../vocabulary/quota.ts';
import { code, count, id, milliseconds, stream, timestamp, uuid } from '../vocabulary/scalars.ts';
import { anchorDay, timeZone } from '../vocabulary/time-zone.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.quota', category: 'meter', service: 'meter-service' });

const lines = z.array(quotaLine);

export const quotaReserved = defineEvent({
  type: 'agent.quota.reserved',
  description:
    'All meters and throttles of a call are charged, or none. The hold ends at expires_at at the latest.',
  data: { tool_call_id: uuid, lines, throttles: z.array(throttleName), expires_at: timestamp },
});

export const quotaDenied = defineEvent({
  type: 'agent.quota.denied',
  description:
    'A meter or a throttle refused the call; nothing was charged. limit is null where the plan does not entitle to the meter at all; retry_after_ms is null where waiting does not help.',
  data: {
    tool_call_id: uuid,
    which: z.discriminatedUnion('kind', [
      closed({
        kind: z.literal('meter'),
        key: meterKey,
        scope: meterScope,
        period_start: timestamp.nullable(),
      }),
      closed({ kind: z.literal('throttle'), name: throttleName }),
    ]),
    limit: count.nullable(),
    used: count,
    retry_after_ms: milliseconds.nullable(),
  },
});

export const quotaCommitted = defineEvent({
  type: 'agent.quota.committed',
  description:
    'The hold became use, in the period of its reservation. `assumed`: no outcome came, so the whole hold counts. `late`: after the hold had ended.',
  data: { tool_call_id: uuid, lines, assumed: z.boolean(), late: z.boolean() },
});

export const quotaReleased = defineEvent({
  type: 'agent.quota.released',
  description: 'The hold was given back: the call certainly did not run.',
  data: { tool_call_id: uuid, lines, cause: code },
});

export const quotaOverrun = defineEvent({
  type: 'agent.quota.overrun',
  description: 'More was used than was held; the lines are the excess.',
  data: { tool_call_id: uuid, lines },
});

export const quotaAdjusted = defineEvent({
  type: 'agent.quota.adjusted',
  description: 'Use was corrected after it had been counted; amounts are signed.',
  data: {
    tool_call_id: uuid,
    lines: z.array(closed({ ...quotaLine.shape, amount: z.int() })),
    cause: code,
  },
});

export const quotaPeriodOpened = defineEvent({
  type: 'agent.quota.period_opened',
  description: 'A meter began a period; its bounds and its limit are fixed here.',
  data: {
    key: meterKey,
    scope: meterScope,
    period,
    mode: z.enum(meterModes),
    limit: count.nullable(),
  },
});

export const quotaConfigured = defineEvent({
  type: 'agent.quota.configured',
  description:
    'The plan that holds from here on. The first event of every book; where it continues another, with the balances and open holds carried over.',
  data: {
    book: z.int().min(1),
    plan: id,
    entry: planEntry,
    zone: timeZone,
    anchor_day: anchorDay,
    carried: closed({
      from: stream,
      balances: z.array(meterBalance),
      holds: z.array(closed({ tool_call_id: uuid, lines, expires_at: timestamp })),
    }).nullable(),
  },
});

export const quotaClosed = defineEvent({
  type: 'agent.quota.closed',
  description: 'The last event of a book; counting goes on in the successor.',
  data: { book: z.int().min(1), successor: stream, balances: count, holds: count },
});

export type QuotaReserved = DataOf<typeof quotaReserved>;
export type QuotaDenied = DataOf<typeof quotaDenied>;
export type QuotaCommitted = DataOf<typeof quotaCommitted>;
export type QuotaReleased = DataOf<typeof quotaReleased>;
export type QuotaOverrun = DataOf<typeof quotaOverrun>;
export type QuotaAdjusted = DataOf<typeof quotaAdjusted>;
export type QuotaPeriodOpened = DataOf<typeof quotaPeriodOpened>;
export type QuotaConfigured = DataOf<typeof quotaConfigured>;
export type QuotaClosed = DataOf<typeof quotaClosed>;
