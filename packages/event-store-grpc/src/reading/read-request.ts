import { type CallError, invalid, isCallError } from '../protocol/call-error.ts';
import { readStreamName } from '../protocol/event-codec.ts';
import type { ReadReq, U64 } from '../protocol/messages.ts';
import { type EventFilter, readFilter } from './filter.ts';

/** A place in a stream or in the global order, as the protocol counts it. */
export type Place = 'start' | 'end' | number;

/** What is asked, checked. `stream` is `null` for everything. */
export interface ReadRequest {
  readonly stream: string | null;
  readonly from: Place;
  readonly backwards: boolean;
  /** Most events; `null` for a subscription. */
  readonly count: number | null;
  readonly filter: EventFilter | null;
}

/** A read in the ledger's terms, or why it can not be served. */
export function readRequest({ options }: ReadReq): ReadRequest | CallError {
  if (!options) return invalid('a read has options');
  const { stream, all, subscription, count } = options;
  const filter = options.filter ? readFilter(options.filter) : null;
  if (filter && isCallError(filter)) return filter;
  const backwards = options.readDirection === 1;
  if (subscription && backwards) return invalid('a subscription goes forwards');
  const shared = { backwards, count: subscription ? null : clamped(count ?? '0') };
  if (all) {
    const from = placeOf(all.position && (all.position.commitPosition ?? '0'), all.end);
    return { ...shared, stream: null, from, filter };
  }
  if (filter) return invalid('only reads of everything are filtered');
  const name = readStreamName(stream?.streamIdentifier);
  if (typeof name !== 'string') return name;
  return { ...shared, stream: name, from: placeOf(stream?.revision, stream?.end), filter: null };
}

function placeOf(value: U64 | undefined, end: object | undefined): Place {
  if (value !== undefined) return clamped(value);
  return end ? 'end' : 'start';
}

/** Clients ask for up to 2^64-1 events: compared as 64-bit integers, kept as what JavaScript counts exactly. */
function clamped(value: U64): number {
  const most = BigInt(Number.MAX_SAFE_INTEGER - 1);
  const wanted = BigInt(value);
  return Number(wanted < most ? wanted : most);
}
