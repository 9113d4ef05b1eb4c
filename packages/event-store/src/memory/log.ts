import { categoryOf } from '@countersign/event-sourcing';
import type { RecordedEvent } from '../event.ts';

/** The whole ledger in arrays: the reference behaviour, readable at a glance. */
export interface MemoryLog {
  readonly events: RecordedEvent[];
  readonly streams: Map<string, RecordedEvent[]>;
}

/** An empty ledger. */
export function createMemoryLog(): MemoryLog {
  return { events: [], streams: new Map() };
}

/** Whether an event is of one of the categories; every event is where none are named. */
export function inCategories(event: RecordedEvent, categories: readonly string[] | undefined): boolean {
  return categories === undefined || categories.includes(categoryOf(event.stream));
}
