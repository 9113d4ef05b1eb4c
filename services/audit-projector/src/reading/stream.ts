import { categoryOf } from '@countersign/event-sourcing';
import type { EventStore, RecordedEvent } from '@countersign/event-store';
import { type EventStream, isProblem } from '@countersign/http';
import type { Publisher } from '@countersign/message-bus';
import { type EventFilter, type MaySee, storedTypesOf } from './filter.ts';
import { type ShownDependencies, shownEvent } from './shown.ts';

/** Events of one delivery to one client. */
const MAX_BATCH = 200;
/** Events of these may take a reader's right away: a key revoked, a role lost, an agent disabled. */
const CONTROL = new Set(['apikey', 'user', 'agent']);
const isControl = (event: RecordedEvent): boolean => CONTROL.has(categoryOf(event.stream));

/** How often an open stream asks besides: keys expire without an event. */
const REAUTHORIZE_EVERY_MS = 5_000;
const KNOWN_NOW = 0;

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
  stillAllowed: (position: number) => Promise<boolean>,
): Promise<number> {
  const { store, publisher } = deps;
  const types = new Set(storedTypesOf(publisher, filter));
  let sent = 0;

  const send = async (event: RecordedEvent): Promise<void> => {
    if (stream.closed.aborted || !types.has(event.type)) return;
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
      if (control && !(await stillAllowed(control.position).catch(() => false))) return stream.close();
      await deps.knowsRetention();
      for (const event of events) await send(event);
    },
  );
  const check = setInterval(() => {
    stillAllowed(KNOWN_NOW).then(
      (allowed) => allowed || stream.close(),
      () => stream.close(),
    );
  }, REAUTHORIZE_EVERY_MS);
  const closed = new Promise<void>((resolve) => {
    if (stream.closed.aborted) resolve();
    stream.closed.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([closed, subscription.ended]);
  clearInterval(check);
  stream.close();
  await subscription.close();
  return sent;
}
