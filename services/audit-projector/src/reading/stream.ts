import { categoryOf } from '@countersign/event-sourcing';
import type { EventStore, RecordedEvent } from '@countersign/event-store';
import { type EventStream, isProblem } from '@countersign/http';
import type { Publisher } from '@countersign/message-bus';
import { type EventFilter, type MaySee, storedTypesOf } from './filter.ts';
import { type ShownDependencies, shownEvent } from './shown.ts';

/** Events of one delivery to one client: they are held until a slow one has taken them, and each may be large. */
const MAX_BATCH = 16;
/** Events of these may take a reader's right away: a key revoked, a role lost, an agent disabled. */
const CONTROL = new Set(['apikey', 'user', 'agent']);
const isControl = (event: RecordedEvent): boolean => CONTROL.has(categoryOf(event.stream));

/** How often an open stream asks besides. */
const REAUTHORIZE_EVERY_MS = 5_000;
const KNOWN_NOW = 0;

/** What a reader reads by. */
export interface ReadingRight {
  /** Whether it holds, once everything up to a position is known. */
  readonly stillAllowed: (position: number) => Promise<boolean>;
  /** When it ends by itself, by `nowMs`; null: never. */
  readonly endsAt: () => number | null;
  readonly nowMs: () => number;
}

/**
 * Sends durable events to one client until either side ends it. A slow client holds up its own subscription only;
 * resolves with the number of events sent.
 */
export async function streamEvents(
  deps: ShownDependencies & {
    readonly store: EventStore;
    readonly publisher: Publisher;
    /** Resolves when everything is known that has been let go of up to now. */
    readonly knowsRetention: () => Promise<unknown>;
  },
  stream: EventStream,
  maySee: MaySee,
  filter: EventFilter,
  after: number,
  right: ReadingRight,
): Promise<number> {
  const { store, publisher } = deps;
  const { stillAllowed } = right;
  const types = new Set(storedTypesOf(publisher, filter));
  let sent = 0;
  let check: NodeJS.Timeout | undefined;

  const msLeft = (): number => (right.endsAt() ?? Number.POSITIVE_INFINITY) - right.nowMs();
  const askAgain = (): void => {
    clearTimeout(check);
    if (!stream.closed.aborted) check = setTimeout(ask, Math.min(REAUTHORIZE_EVERY_MS, msLeft()));
  };
  const send = async (event: RecordedEvent): Promise<void> => {
    if (stream.closed.aborted || !types.has(event.type)) return;
    if (msLeft() <= 0) return stream.close();
    if (filter.subject !== null && event.stream !== filter.subject) return;
    if (!(await maySee(event))) return;
    const message = publisher.publish(event);
    const opened = message && (await shownEvent(deps, event, message));
    if (!opened) return;
    // Sending the event without its fields would be a false record: the client resumes when the vault is back.
    if (isProblem(opened)) return stream.close();
    sent += 1;
    if (!stream.send({ id: opened.position, event: opened.type, data: opened })) await stream.drained();
  };
  const subscription = store.subscribe(
    { after, visibility: 'durable', maxBatch: MAX_BATCH },
    async ({ events }) => {
      // What may have ended the reader's right is known before anything that comes after it is sent.
      const control = events.findLast(isControl);
      if (control) {
        if (!(await stillAllowed(control.position).catch(() => false))) return stream.close();
        askAgain();
      }
      await deps.knowsRetention();
      for (const event of events) await send(event);
    },
  );
  const ask = (): void => {
    stillAllowed(KNOWN_NOW).then(
      (allowed) => (allowed ? askAgain() : stream.close()),
      () => stream.close(),
    );
  };
  askAgain();
  const closed = new Promise<void>((resolve) => {
    if (stream.closed.aborted) resolve();
    stream.closed.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([closed, subscription.ended]);
  clearTimeout(check);
  stream.close();
  await subscription.close();
  return sent;
}
