import { categoryOf, type StreamVersion } from '@countersign/event-sourcing';
import { createRecentlyUsed } from '@countersign/event-store';

/**
 * Versions of streams whose events have left the tail, least recently used first out. Of each category it also knows
 * the greatest name that it may have forgotten, so that a time-ordered new name is known to be new without a read.
 */
export interface StreamHeads {
  /** Of a stream that is not in the tail. 0: there is certainly none; `undefined`: only the disk knows. */
  get(stream: string): StreamVersion | undefined;
  set(stream: string, version: StreamVersion): void;
}

/** Names outside ASCII sort differently in SQLite (UTF-8) and here (UTF-16), so nothing is concluded from them. */
const ASCII = /^[\x20-\x7e]+$/;

/**
 * Remembers at most `bound` streams. @param newestStored the greatest name of each category: a name behind it
 * is new.
 */
export function createStreamHeads(bound: number, newestStored: readonly string[]): StreamHeads {
  const newestForgotten = new Map<string, string>();

  const forget = (stream: string) => {
    const category = categoryOf(stream);
    const newest = newestForgotten.get(category);
    if (newest === undefined || stream > newest) newestForgotten.set(category, stream);
  };
  for (const stream of newestStored) forget(stream);
  const versions = createRecentlyUsed<StreamVersion>(bound, forget);

  const isNew = (stream: string) => {
    const newest = newestForgotten.get(categoryOf(stream));
    return ASCII.test(stream) && (newest === undefined || stream > newest);
  };

  return {
    get: (stream) => versions.get(stream) ?? (isNew(stream) ? 0 : undefined),
    set: versions.set,
  };
}
