import { reactionId, streamName } from '@countersign/event-sourcing';
import {
  type CommandHandler,
  type CommandMetadata,
  type EventStore,
  type RecordedEvent,
  type Seal,
  type StoreError,
  toNewEvent,
} from '@countersign/event-store';
import type { BookClosed, CarriedPart, MeterLedger, RejectionCode } from '@countersign/metering';
import type { BookCommand } from './decide.ts';

/** The ledger of events could not be read or written; nothing is known to have happened. */
export interface BookFailure {
  readonly kind: 'failed';
  readonly error: StoreError;
}

/** Decides the commands of an organization's books. */
export type BookHandler = CommandHandler<MeterLedger, BookCommand, RejectionCode>;

/**
 * How many parts of a book's balances one append holds. One, for a store need not take more in an append than in an event
 * (EventStoreDB: 1 MiB, unless it is set up for more); a part is some 200 kB, and more under a plan of many rules.
 */
const PARTS_PER_STEP = 1;

const CLOSE = 'meter-service.close-book.v1';
const OPEN = 'meter-service.open-book.v1';

/** `meter-<organization>-<number>`, numbered from 1. */
export function bookStream(organization: string, number: number): string {
  return streamName('meter', `${organization}-${number}`);
}

/**
 * Events of meters have no erasable fields. A part of the balances is counted by its own number: its id is the same in
 * whatever step it comes.
 */
export const sealBook: Seal = (_stream, events, metadata) =>
  events.map((event, index) => {
    const { carried } = event.data as { readonly carried?: CarriedPart | null };
    return toNewEvent(event, carried ? carried.part - 1 : index, metadata);
  });

interface TurnedPage {
  readonly store: EventStore;
  readonly commands: BookHandler;
  readonly organization: string;
  /** In UTC milliseconds. */
  readonly at: number;
}

/**
 * Takes one step from a book to its successor: writes the next parts of what it closes with, or of what the successor opens
 * with, and waits until they are durable, so that what is under way is one step however much there is to carry. Which
 * step is next is read from the books alone: whoever comes after a crash goes on with it, and several at once do it once.
 * Answers the number of the book to go on with. Rejects where the books do not say what they must.
 */
export async function turnPage(
  { store, commands, organization, at }: TurnedPage,
  number: number,
  { opening, closing, version }: MeterLedger,
): Promise<number | BookFailure> {
  const time = new Date(at).toISOString();

  /** Of `stream`, as it stood at version `from`. */
  const step = async (
    stream: string,
    from: number,
    command: BookCommand,
    metadata: CommandMetadata,
  ): Promise<BookFailure | null> => {
    const handled = await commands.handle(stream, command, metadata);
    if (handled.kind === 'failed') return handled;
    if (handled.kind === 'rejected') throw new Error(`${stream}: ${handled.rejection.detail}`);
    // What was written says that there is more, and there is none: trying again finds no more.
    if (handled.version === from) throw new Error(`${stream}: parts after version ${from} are missing`);
    const error = await handled.durable();
    return error && { kind: 'failed', error };
  };

  const close = () => {
    const stream = bookStream(organization, number);
    // The book's own name makes the ids: closing it twice is one fact, and needs no cause to tell it by.
    const eventId = (index: number) => reactionId(stream, CLOSE, index);
    const command = { type: 'close', at, limit: PARTS_PER_STEP } as const;
    return step(stream, version, command, { organization, time, eventId });
  };

  /** Opens `successor`, which has parts up to its version `from`, with those that stand after `after` in the book before. */
  const open = async (successor: number, from: number, after: number) => {
    const stream = bookStream(organization, successor - 1);
    const balances = await store.read(stream, { after, limit: PARTS_PER_STEP, visibility: 'accepted' });
    const command = { type: 'open', closed: balances.flatMap(closedBook) } as const;
    const causation = reactionId(stream, CLOSE, 0);
    const eventId = (index: number) => reactionId(causation, OPEN, index);
    const metadata = { organization, time, causation, eventId };
    return step(bookStream(organization, successor), from, command, metadata);
  };

  if (opening !== null) return (await open(number, version, opening.closedAt + version)) ?? number;
  if (closing === null || closing.part < closing.parts) return (await close()) ?? number;
  return (await open(number + 1, 0, closing.version)) ?? number + 1;
}

function closedBook({ type, data }: RecordedEvent): BookClosed[] {
  return type === 'quota-closed.v1' ? [{ type, data: data as unknown as BookClosed['data'] }] : [];
}
