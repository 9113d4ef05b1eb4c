import type { EventStore, RecordedEvent } from '@countersign/event-store';
import { PAGE_EVENTS } from '../limits.ts';

/** A stream's version, 0 if there is none: found in a few steps, because the port reads forwards only. */
export async function streamVersion(store: Pick<EventStore, 'read'>, stream: string): Promise<number> {
  const exists = async (version: number) =>
    version === 0 || (await store.read(stream, { after: version - 1, limit: 1 })).length > 0;
  let known = 0;
  let step = 1;
  while (await exists(known + step)) {
    known += step;
    step *= 2;
  }
  for (step = Math.floor(step / 2); step >= 1; step = Math.floor(step / 2)) {
    if (await exists(known + step)) known += step;
  }
  return known;
}

/** Versions behind `after`, oldest first. */
export async function* streamForwards(
  store: Pick<EventStore, 'read'>,
  stream: string,
  after: number,
): AsyncGenerator<RecordedEvent> {
  for (let from = after; ; ) {
    const events = await store.read(stream, { after: from, limit: PAGE_EVENTS });
    yield* events;
    const last = events.at(-1);
    if (!last || events.length < PAGE_EVENTS) return;
    from = last.version;
  }
}

/** Versions up to `until`, newest first. */
export async function* streamBackwards(
  store: Pick<EventStore, 'read'>,
  stream: string,
  until: number,
): AsyncGenerator<RecordedEvent> {
  for (let last = until; last > 0; last -= PAGE_EVENTS) {
    const after = Math.max(0, last - PAGE_EVENTS);
    yield* (await store.read(stream, { after, limit: last - after })).reverse();
  }
}
