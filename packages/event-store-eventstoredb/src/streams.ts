import { categoryOf } from '@countersign/event-sourcing';
import type { StoredEvent } from './wire-event.ts';

/** Streams of our own beside the ledger's: no category has a `_`. */
export const CHECKPOINTS = 'checkpoint_';
export const PARKED = 'parked_events';

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

export function inCategories(stream: string, categories: readonly string[] | undefined): boolean {
  return categories === undefined || categories.includes(categoryOf(stream));
}
