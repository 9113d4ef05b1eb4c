import { longestFailure } from './admission.ts';
import { type Asking, assess } from './assess.ts';
import type { Acquire, Occupy, Vacate } from './commands.ts';
import type { MeterEvent, QuotaLine, QuotaOccupied } from './events.ts';
import { instantOf } from './instant.ts';
import { isMeterRejection, type MeterRejection, refuse, reject } from './rejection.ts';
import { requestText } from './request.ts';
import { type MeterLedger, reservationOf, type Settings } from './state.ts';

/**
 * Takes a place in a gauge for something that is about to be, until it is (`occupy`) or the time for that is over. A
 * refusal is a rejection that says why, and leaves no trace. Asked again while the place is held it gives nothing.
 */
export function acquire(
  command: Acquire,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const asked = askedFor(command, ledger, settings);
  if (isMeterRejection(asked)) return asked;
  if (ledger.holds.has(command.id)) return [];
  const assessed = assess(asked.asking, 'named', ledger, settings, now);
  if (isMeterRejection(assessed)) return assessed;
  const [failure, ...others] = assessed.failures;
  if (failure !== undefined) return refuse(longestFailure([failure, ...others]));
  const lines = assessed.measures.map(({ line }) => line);
  return [occupied({ ...asked.event, lines, expires_at: instantOf(command.expiresAt) }, now)];
}

/** Says that what takes the place exists. A fact: counted over the limit too, and where nobody had asked before. */
export function occupy(
  command: Occupy,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): readonly MeterEvent[] | MeterRejection {
  const asked = askedFor(command, ledger, settings);
  if (isMeterRejection(asked)) return asked;
  const hold = ledger.holds.get(command.id);
  if (hold?.expiresAt === null) return [];
  if (hold !== undefined) return [occupied({ ...asked.event, lines: hold.lines, expires_at: null }, now)];
  const assessed = assess(asked.asking, 'named', ledger, settings, now);
  if (isMeterRejection(assessed)) return assessed;
  const lines = assessed.measures.map(({ line }) => line);
  return [occupied({ ...asked.event, lines, expires_at: null }, now)];
}

/** Gives a place back: what took it is gone. Its id is free again. */
export function vacate({ id }: Vacate, ledger: MeterLedger, now: number): readonly MeterEvent[] {
  const hold = ledger.holds.get(id);
  if (hold?.isPlace !== true) return [];
  const data = { at: instantOf(now), tool_call_id: id, lines: hold.lines, cause: 'released' } as const;
  return [{ type: 'quota-released.v1', data }];
}

interface Asked {
  readonly asking: Asking;
  readonly event: Pick<QuotaOccupied['data'], 'tool_call_id' | 'asked_at' | 'request'>;
}

function askedFor(
  { id, askedAt, key, amount, scopes }: Omit<Occupy, 'type' | 'at'>,
  ledger: MeterLedger,
  settings: Settings,
): Asked | MeterRejection {
  if (settings.rulesOfKey.get(key)?.some(({ kind }) => kind === 'counter')) {
    return reject('invalid_command', `${key} is a counter: reserve and commit it`);
  }
  const asking: Asking = { amounts: [{ key, amount }], scopes, traffic: null };
  const request = requestText(asking.amounts, scopes, null);
  const known = reservationOf(ledger, id);
  if (known !== undefined && (known.status !== 'reserved' || !known.isPlace || known.request !== request)) {
    return reject('reservation_conflict', `${id} is known with other content`);
  }
  return { asking, event: { tool_call_id: id, asked_at: instantOf(askedAt), request } };
}

function occupied(
  data: Omit<QuotaOccupied['data'], 'at' | 'lines'> & { readonly lines: readonly QuotaLine[] },
  now: number,
): QuotaOccupied {
  return { type: 'quota-occupied.v1', data: { at: instantOf(now), ...data } };
}
