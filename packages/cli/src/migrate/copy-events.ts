import { NO_STREAM } from '@countersign/event-sourcing';
import { type EventStore, isStoreError, type RecordedEvent } from '@countersign/event-store';
import { EXIT } from '../exit-code.ts';
import { isHandover } from './handover.ts';
import { refuse } from './migration-error.ts';
import { pairsOf, type ReadableLedger, textOf } from './pairs.ts';

/** One append: events that follow each other in one stream, within what a server takes. */
const MOST_EVENTS = 200;
const MOST_CHARS = 128 * 1024;
/** An append of unknown outcome is sent again, the same: that is safe, and the server may come back. */
const ATTEMPTS = 10;
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 5_000;

/**
 * Appends what the target lacks, in the order of the source, each event with its id and at its version. What is there already
 * has to be a beginning of the source: so a copy that was cut off goes on, and nothing is ever mixed.
 */
export async function copyEvents(
  source: ReadableLedger,
  target: EventStore,
  onProgress: (done: number) => void,
): Promise<{ readonly present: number; readonly copied: number }> {
  let present = 0;
  let copied = 0;
  let run: RecordedEvent[] = [];
  let chars = 0;
  const flush = async (): Promise<void> => {
    if (run.length > 0) await append(target, run);
    copied += run.length;
    run = [];
    chars = 0;
    onProgress(present + copied);
  };
  for await (const [event, standing] of pairsOf(source, target)) {
    if (standing) {
      if (event ? textOf(event) !== textOf(standing) : !isHandover(standing)) holdsOthers(standing, present);
      if (event) present += 1;
      continue;
    }
    if (!event) continue;
    const size = textOf(event).length;
    const follows = run.length === 0 || run[0]?.stream === event.stream;
    if (!follows || run.length === MOST_EVENTS || chars + size > MOST_CHARS) await flush();
    run.push(event);
    chars += size;
  }
  await flush();
  return { present, copied };
}

async function append(target: EventStore, run: readonly RecordedEvent[]): Promise<void> {
  const [first] = run as [RecordedEvent];
  const expected = first.version === 1 ? NO_STREAM : first.version - 1;
  const events = run.map(({ type, data, sealed, metadata }) => ({
    type,
    data,
    ...(sealed ? { sealed } : {}),
    metadata,
  }));
  for (let attempt = 1, delay = FIRST_DELAY_MS; ; attempt += 1, delay = Math.min(delay * 2, MAX_DELAY_MS)) {
    const appended = await target.append(first.stream, expected, events).durable;
    if (!isStoreError(appended)) return;
    if (appended.code === 'VersionConflict') holdsOthers(first, first.version - 1);
    const mayPass = appended.code === 'OutcomeUnknown' || appended.code === 'StoreUnavailable';
    if (!mayPass || attempt === ATTEMPTS) {
      refuse(
        appended.code,
        `${first.stream} version ${first.version} can't be appended: ${appended.code}`,
        'see to the target and run the same again: it goes on where it was',
        mayPass ? EXIT.unreachable : EXIT.unexpected,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, delay));
  }
}

function holdsOthers({ stream, version }: RecordedEvent, place: number): never {
  return refuse(
    'target_not_empty',
    `the target holds events that are not of this ledger, or was used since: event ${place + 1}, ${stream} version ${version}`,
    'name an empty store; one that a cluster has written to is not copied into',
  );
}
