import type { ThrottleRule } from '../throttle/throttle-rule.ts';
import { coveringThrottles, crosses, failuresOf, longestFailure } from './admission.ts';
import type { Reserve } from './commands.ts';
import { currentPeriods } from './current-period.ts';
import type { MeterEvent, QuotaDenied, QuotaReserved } from './events.ts';
import type { QuotaFailure } from './failure.ts';
import { instantOf } from './instant.ts';
import { type Measure, measure } from './measure.ts';
import { isMeterRejection, type MeterRejection, reject } from './rejection.ts';
import { requestText } from './request.ts';
import { type MeterLedger, reservationOf, type Settings } from './state.ts';

/** A reservation as `reserve` and `acquire` ask for it; `expiresAt` null: until released. */
export type Request = Omit<Reserve, 'type' | 'expiresAt'> & { readonly expiresAt: number | null };

/** Holds every line and charges every throttle in one event, or records in one event why not. */
export function reserve(
  command: Request,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const { amounts, scopes, traffic } = command;
  const request = requestText(amounts, scopes, traffic);
  const askedAt = instantOf(command.askedAt);
  const repeated = repeatOf(ledger, command.id, request, askedAt);
  if (repeated !== null) return repeated;

  const periods = currentPeriods(ledger, settings, now);
  const measures = measure(amounts, scopes, ledger, settings, periods);
  if (isMeterRejection(measures)) return measures;
  const throttles = coveringThrottles(traffic, settings);

  const asked = { at: instantOf(now), tool_call_id: command.id, asked_at: askedAt, request };
  const [failure, ...others] = failuresOf(command, measures, throttles, ledger, now);
  const event =
    failure === undefined
      ? reserved(asked, command, measures, throttles)
      : denied(asked, measures, [failure, ...others]);
  return [...periods.opened, event];
}

type Asked = Pick<QuotaReserved['data'], 'at' | 'tool_call_id' | 'asked_at' | 'request'>;

function reserved(
  { at, tool_call_id, asked_at, request }: Asked,
  { traffic, expiresAt, onExpiry }: Request,
  measures: readonly Measure[],
  throttles: readonly ThrottleRule[],
): QuotaReserved {
  return {
    type: 'quota-reserved.v1',
    data: {
      at,
      tool_call_id,
      asked_at,
      request,
      lines: measures.map(({ line }) => line),
      throttles: throttles
        .filter(({ limits }) => limits !== null)
        .map(({ throttle }) => ({ throttle, amount: traffic?.amount ?? 0 })),
      expires_at: expiresAt === null ? null : instantOf(expiresAt),
      on_expiry: onExpiry,
      crossed: measures.filter(crosses).map(({ rule }) => rule.rule),
    },
  };
}

function denied(
  asked: Asked,
  measures: readonly Measure[],
  failures: readonly [QuotaFailure, ...QuotaFailure[]],
): QuotaDenied {
  const lines = measures.map(({ line }) => line);
  return { type: 'quota-denied.v1', data: { ...asked, lines, which: longestFailure(failures), failures } };
}

/** The answer to an id that has been seen, or may have been; null for a new one. */
export function repeatOf(
  ledger: MeterLedger,
  id: string,
  request: string,
  askedAt: string,
): readonly never[] | MeterRejection | null {
  const earlier = reservationOf(ledger, id);
  if (earlier !== undefined) {
    if (earlier.request === null || earlier.request === request) return [];
    return reject('reservation_conflict', `${id} is known with other content`);
  }
  if (ledger.forgottenUntil === null || askedAt > ledger.forgottenUntil) return null;
  return reject(
    'outside_dedupe_window',
    `${id} was asked for at ${askedAt}; what was asked for until ${ledger.forgottenUntil} may have been decided and forgotten`,
  );
}
