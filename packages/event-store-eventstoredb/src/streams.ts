import { categoryOf } from '@countersign/event-sourcing';
import type { StoredEvent } from './wire-event.ts';

/** Streams of our own beside the ledger's: no category has a `_`. */
export const CHECKPOINTS = 'checkpoint_';
/** The stream of all parked events. */
export const PARKED = 'parked_events';

/**
 * Categories whose events are of use for seconds, and come every second: leases. They are events of the ledger as others
 * are, but the server keeps the last ones of a stream alone.
 */
const EPHEMERAL: readonly string[] = ['lease'];
/** Events that the server keeps of a lease. */
export const EPHEMERAL_EVENTS_KEPT = 5;

/** Whether the server keeps the last events of the stream alone. */
export function isEphemeral(stream: string): boolean {
  return EPHEMERAL.includes(categoryOf(stream));
}

/** Whether it is an event of the ledger: not of the server's own streams, not of checkpoints and parked events. */
export function isOfLedger({ stream, event }: StoredEvent): boolean {
  return event !== null && !/^(\$|checkpoint_|parked_events$)/.test(stream);
}

/** The same as a pattern for the server, of some categories or of all. */
export function streamPattern(categories: readonly string[] | undefined): string {
  if (categories === undefined) return String.raw`^(?!\$|checkpoint_|parked_events$)`;
  if (categories.length === 0) return '^(?!)';
  const names = categories.map((category) => category.replaceAll(/[^A-Za-z0-9_]/g, String.raw`\$&`));
  return `^(?:${names.join('|')})(?:-|$)`;
}

/** The same, and our own beside them. */
export function streamPatternWithNotes(categories: readonly string[] | undefined): string {
  const wanted = categories === undefined ? String.raw`^(?!\$)` : streamPattern(categories);
  return String.raw`${wanted}|^(?:\$\$)?(?:checkpoint_|parked_events$)`;
}

/** Whether a stream is of one of the categories; every stream is where none are named. */
export function inCategories(stream: string, categories: readonly string[] | undefined): boolean {
  return categories === undefined || categories.includes(categoryOf(stream));
}
