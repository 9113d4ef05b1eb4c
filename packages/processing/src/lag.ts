import type { Position } from '@countersign/event-store';

/** How far a projection host or a reactor has got, as its own functions tell it. */
export interface Handled {
  /** Everything up to here is handled. */
  position(): Position;
  /** Time of the last message handled (RFC 3339), `null` before the first since the start. */
  lastHandledTime(): string | null;
}

export interface Lag {
  /** Ledger positions not handled yet; those that are none of the group's count until they are passed. */
  readonly events: number;
  /**
   * Age in seconds of the last message handled while there are more to handle, 0 when there are none; `null` if there
   * are and none has been handled since the start.
   */
  readonly seconds: number | null;
}

/** Lag behind the ledger's last position `head` at `nowMs`: what telemetry exports per group. */
export function lagOf(handled: Handled, head: Position, nowMs: number): Lag {
  const events = Math.max(0, head - handled.position());
  if (events === 0) return { events, seconds: 0 };
  const time = handled.lastHandledTime();
  return { events, seconds: time === null ? null : Math.max(0, nowMs - Date.parse(time)) / 1000 };
}
