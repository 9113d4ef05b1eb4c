import { longestFailure } from './admission.ts';
import { type Assessment, assess, crossedRules, throttleCharges } from './assess.ts';
import type { Reserve } from './commands.ts';
import type { MeterEvent, QuotaDenied, QuotaReserved, ThrottleCharge } from './events.ts';
import type { QuotaFailure } from './failure.ts';
import { instantOf } from './instant.ts';
import { isMeterRejection, type MeterRejection, reject } from './rejection.ts';
import { requestText } from './request.ts';
import { type MeterLedger, reservationOf, type Settings } from './state.ts';

/** Holds every line and charges every throttle in one event, or records in one event why not. */
export function reserve(
  command: Reserve,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const { amounts, scopes, traffic } = command;
  const request = requestText(amounts, scopes, traffic);
  const askedAt = instantOf(command.askedAt);
  const repeated = repeatOf(ledger, command.id, request, askedAt);
  if (repeated !== null) return repeated;

  const assessed = assess(command, 'anything', ledger, settings, now);
  if (isMeterRejection(assessed)) return assessed;
  const asked = { at: instantOf(now), tool_call_id: command.id, asked_at: askedAt, request };
  const [failure, ...others] = assessed.failures;
  const event =
    failure === undefined
      ? reserved(asked, command, assessed, throttleCharges(assessed, traffic, ledger, now))
      : denied(asked, assessed, [failure, ...others]);
  return [...assessed.opened, event];
}

type Asked = Pick<QuotaReserved['data'], 'at' | 'tool_call_id' | 'asked_at' | 'request'>;

function reserved(
  { at, tool_call_id, asked_at, request }: Asked,
  { expiresAt, onExpiry }: Reserve,
  assessed: Assessment,
  throttles: readonly ThrottleCharge[],
): QuotaReserved {
  return {
    type: 'quota-reserved.v1',
    data: {
      at,
      tool_call_id,
      asked_at,
      request,
      lines: assessed.measures.map(({ line }) => line),
      throttles,
      expires_at: instantOf(expiresAt),
      on_expiry: onExpiry,
      crossed: crossedRules(assessed),
    },
  };
}

function denied(
  asked: Asked,
  { measures }: Assessment,
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
