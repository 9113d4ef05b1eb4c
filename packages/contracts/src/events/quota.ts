import { z } from 'zod';
import { closed } from '../closed.ts';
import { planEntry } from '../vocabulary/plan.ts';
import { principal } from '../vocabulary/principal.ts';
import {
  meterKey,
  meterModes,
  meterRule,
  meterScope,
  periodKinds,
  quotaLine,
  throttleName,
} from '../vocabulary/quota.ts';
import { code, count, id, milliseconds, timestamp, uuid } from '../vocabulary/scalars.ts';
import { anchorDay, timeZone } from '../vocabulary/time-zone.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.quota', category: 'meter', service: 'meter-service' });

const lines = z.array(quotaLine);

/** Who reported usage. */
const reporter = principal;

/** What was charged to a throttle, and what it has left of its limit after that, in calls at once. */
const throttleCharge = closed({
  name: throttleName,
  amount: count,
  limit: count.optional(),
  remaining: count.optional(),
});

/** A hold: counted against the limits until it becomes use or is given back. */
export const quotaReserved = defineEvent({
  type: 'agent.quota.reserved',
  description:
    'All meters and throttles of a call are charged, or none. The hold ends at expires_at at the latest; null holds until it is released. `crossed`: rules in soft mode whose limit this hold crossed.',
  data: {
    tool_call_id: uuid,
    lines,
    throttles: z.array(throttleCharge),
    crossed: z.array(meterRule),
    expires_at: timestamp.nullable(),
  },
});

/** What refused: a meter, a throttle, or the plan, which does not name the meter at all. */
const refusedBy = z.discriminatedUnion('kind', [
  closed({
    kind: z.literal('meter'),
    key: meterKey,
    rule: meterRule,
    scope: meterScope,
    period_start: timestamp.nullable(),
  }),
  closed({ kind: z.literal('throttle'), name: throttleName }),
  closed({ kind: z.literal('entitlement'), key: meterKey }),
]);

/** `limit` and `used` are those of what is longest in the way, in its unit. */
export const quotaDenied = defineEvent({
  type: 'agent.quota.denied',
  description:
    'A meter, a throttle or the plan refused the call; nothing was charged. `which` is what is longest in the way; retry_after_ms is null where waiting does not help.',
  data: {
    tool_call_id: uuid,
    which: refusedBy,
    limit: count,
    used: count,
    retry_after_ms: milliseconds.nullable(),
  },
});

/** A call that ran, or has to be taken to have. */
export const quotaCommitted = defineEvent({
  type: 'agent.quota.committed',
  description:
    'The hold became use, in the period of its reservation. `assumed`: no outcome came, so the whole hold counts. `late`: after the hold had ended.',
  data: { tool_call_id: uuid, lines, assumed: z.boolean(), late: z.boolean() },
});

/** A call that certainly did not run, or a place that is free again. */
export const quotaReleased = defineEvent({
  type: 'agent.quota.released',
  description:
    'The hold was given back: the call certainly did not run. `tool_call_id` is the `place_id` where a place in a gauge was given back.',
  data: { tool_call_id: uuid, lines, cause: code },
});

/** Use without a hold before it. */
export const quotaCharged = defineEvent({
  type: 'agent.quota.charged',
  description:
    'Meters and throttles were charged at once and for good: by a request to the API, by reported usage or by asking a human. `charge_id` is that of reported usage, null where nothing can name the charge again; `reported_by` may take it back.',
  data: {
    charge_id: uuid.nullable(),
    lines,
    throttles: z.array(throttleCharge),
    crossed: z.array(meterRule),
    reported_by: reporter.optional(),
  },
});

/** A place in a gauge: users, active agents, calls at once. */
export const quotaOccupied = defineEvent({
  type: 'agent.quota.occupied',
  description:
    'A place in a gauge is held for what is about to be (until expires_at) or is taken by what exists (null: until it is released).',
  data: { place_id: uuid, lines, expires_at: timestamp.nullable() },
});

/** Use beyond the hold is a fact: it is counted, never refused. */
export const quotaOverrun = defineEvent({
  type: 'agent.quota.overrun',
  description: 'More was used than was held; the lines are the excess.',
  data: { tool_call_id: uuid, lines },
});

/** Use that was counted otherwise before. */
export const quotaAdjusted = defineEvent({
  type: 'agent.quota.adjusted',
  description:
    'Use was corrected after it had been counted, or taken back (cause `refunded`), from the `report` that is named with what is left of it. `amount` is the signed change of use, `overrun` that of the overrun.',
  data: {
    tool_call_id: uuid,
    lines: z.array(closed({ ...quotaLine.shape, amount: z.int(), overrun: z.int() })),
    cause: code,
    report: closed({ charge_id: uuid, reported_by: reporter, lines }).optional(),
  },
});

/** Counters of this kind of period begin at 0 again. */
export const quotaPeriodOpened = defineEvent({
  type: 'agent.quota.period_opened',
  description: 'A period began for all meters of its kind; its bounds are fixed here, [start, end).',
  data: {
    period: z.enum(periodKinds),
    start: timestamp,
    end: timestamp,
    zone: timeZone,
    anchor_day: anchorDay,
  },
});

/** Balances that go from a closed book to its successor, in parts of bounded size. */
const carried = closed({
  part: z.int().min(1),
  parts: z.int().min(1),
  balances: z.array(
    closed({
      key: meterKey,
      rule: meterRule,
      scope: meterScope,
      period_start: timestamp.nullable(),
      period_end: timestamp.nullable(),
      mode: z.enum(meterModes).nullable(),
      limit: count.nullable(),
      used: count,
      reserved: count,
      overrun: count,
    }),
  ),
  holds: z.array(uuid).describe('calls whose holds are open, and places that are taken'),
}).meta({ id: 'CarriedBalances' });

/** The plan and the calendar of a book, whole. */
export const quotaConfigured = defineEvent({
  type: 'agent.quota.configured',
  description:
    'The plan that holds from here on. The first event of every book; where it continues another, with the balances carried over.',
  data: {
    book: z.int().min(1),
    plan: id,
    entry: planEntry,
    zone: timeZone,
    anchor_day: anchorDay,
    carried: carried.nullable(),
  },
});

/** A book ends after a month or 50,000 events, so that no stream grows for ever. */
export const quotaClosed = defineEvent({
  type: 'agent.quota.closed',
  description:
    'The last events of a book, one for each part of its balances; counting goes on in book `successor`.',
  data: { book: z.int().min(1), successor: z.int().min(2), carried },
});

/** The clear data of `agent.quota.reserved`. */
export type QuotaReserved = DataOf<typeof quotaReserved>;
/** The clear data of `agent.quota.denied`. */
export type QuotaDenied = DataOf<typeof quotaDenied>;
/** The clear data of `agent.quota.committed`. */
export type QuotaCommitted = DataOf<typeof quotaCommitted>;
/** The clear data of `agent.quota.released`. */
export type QuotaReleased = DataOf<typeof quotaReleased>;
/** The clear data of `agent.quota.charged`. */
export type QuotaCharged = DataOf<typeof quotaCharged>;
/** The clear data of `agent.quota.occupied`. */
export type QuotaOccupied = DataOf<typeof quotaOccupied>;
/** The clear data of `agent.quota.overrun`. */
export type QuotaOverrun = DataOf<typeof quotaOverrun>;
/** The clear data of `agent.quota.adjusted`. */
export type QuotaAdjusted = DataOf<typeof quotaAdjusted>;
/** The clear data of `agent.quota.configured`. */
export type QuotaConfigured = DataOf<typeof quotaConfigured>;
