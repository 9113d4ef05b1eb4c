import { categoryOf } from '@countersign/event-sourcing';
import type { RecordedEvent } from '../event.ts';

/** The whole ledger in arrays: the reference behaviour, readable at a glance. */
export interface MemoryLog {
  readonly events: RecordedEvent[];
  readonly streams: Map<string, RecordedEvent[]>;
}

export function createMemoryLog(): MemoryLog {
  return { events: [], streams: new Map() };
}

export function inCategories(event: RecordedEvent, categories: readonly string[] | undefined): boolean {
  return categories === undefined || categories.includes(categoryOf(event.stream));
}
