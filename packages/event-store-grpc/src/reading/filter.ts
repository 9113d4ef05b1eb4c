import type { RecordedEvent } from '@countersign/event-store';
import { type CallError, invalid } from '../protocol/call-error.ts';
import type { FilterOptions } from '../protocol/messages.ts';
import { compilePattern, MAX_PATTERN_CHARS } from './name-pattern.ts';

/** Most prefixes of one filter. */
const MAX_PREFIXES = 256;
/** What clients mean by "no window": the size of a page of EventStoreDB. */
const DEFAULT_WINDOW = 32;

/** Which events a call wants, and after how many looked at a subscription tells how far it is. */
export interface EventFilter {
  matches(event: RecordedEvent): boolean;
  readonly checkpointEvery: number;
}

/** The filter of a request, or why it is refused. */
export function readFilter(options: FilterOptions): EventFilter | CallError {
  const { streamIdentifier, eventType, max = DEFAULT_WINDOW, checkpointIntervalMultiplier = 1 } = options;
  const expression = streamIdentifier ?? eventType;
  if (!expression) return invalid('a filter is on stream names or on event types');
  const nameOf = streamIdentifier
    ? (event: RecordedEvent) => event.stream
    : (event: RecordedEvent) => event.type;
  const checkpointEvery = Math.max(1, max * checkpointIntervalMultiplier);
  const { regex = '', prefix = [] } = expression;
  if (prefix.length > 0) {
    if (prefix.length > MAX_PREFIXES || prefix.some((one) => one.length > MAX_PATTERN_CHARS)) {
      return invalid(`a filter has at most ${MAX_PREFIXES} prefixes of ${MAX_PATTERN_CHARS} characters`);
    }
    return { matches: (event) => prefix.some((one) => nameOf(event).startsWith(one)), checkpointEvery };
  }
  const pattern = compilePattern(regex);
  if (typeof pattern === 'string') return invalid(pattern);
  return { matches: (event) => pattern.test(nameOf(event)), checkpointEvery };
}
