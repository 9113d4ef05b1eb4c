import type { Item } from '../client.ts';

/** A public event, as far as the oracle looks at it. */
export interface LedgerEvent {
  readonly position: string;
  readonly type: string;
  readonly subject: string;
  readonly sequence: number;
  readonly call: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event out of an answer of `/v1/events`. @throws Error if it lacks what every event has. */
export function ledgerEvent(item: Item): LedgerEvent {
  const { position, type, subject, sequence, correlationid, data } = item;
  if (position === undefined || !type || !subject || !sequence || !data) {
    throw new Error(`this is no event: ${JSON.stringify(item)}`);
  }
  return { position, type, subject, sequence, call: correlationid ?? null, data };
}

/** Positions are opaque and comparable by length, then text. */
export function isAfter(position: string, other: string): boolean {
  return position.length === other.length ? position > other : position.length > other.length;
}
