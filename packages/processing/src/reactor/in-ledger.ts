import type { Position } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import type { Wait } from './attempts.ts';

/** State sees a message within milliseconds; when it has not after so long, the ledger is asked whether it goes so far. */
export const ASK_LEDGER_AFTER_MS = 1_000;

/** What a reactor waits with, and whom it asks. */
export interface InLedgerOptions {
  readonly behind: ((position: Position) => Promise<unknown> | undefined) | undefined;
  readonly stands: MessageBus['stands'];
  readonly wait: Wait;
  /** Until it answers; `null` when the reactor closes before. */
  asked<T>(question: () => Promise<T>): Promise<T | null>;
  /** Resolves as it does, or when the reactor closes. */
  orStopped(condition: Promise<unknown>): Promise<unknown>;
}

/** `putAside` gets those to which the ledger does not go: nothing that they wait for would ever come. */
export type InLedger = (
  messages: readonly Message[],
  putAside: (message: Message) => void,
) => Promise<readonly Message[]>;

/**
 * Waits until state has seen a delivery's messages, and gives those that are in the ledger. A bus that carries them past the
 * ledger may be ahead of it: of one that was put back to an earlier state, or because somebody wrote there who may not.
 */
export function createInLedger({ behind, stands, wait, asked, orStopped }: InLedgerOptions): InLedger {
  /** The ledger is known to go so far. */
  let known: Position = 0;

  const seenInTime = async (seeing: Promise<unknown>): Promise<boolean> => {
    const over = new AbortController();
    const late = wait(ASK_LEDGER_AFTER_MS, over.signal).then(() => 'late');
    const came = await orStopped(Promise.race([seeing, late]));
    over.abort();
    return came !== 'late';
  };
  const isThere = async (position: Position, ask: NonNullable<typeof stands>): Promise<boolean | null> => {
    if (position <= known) return true;
    const there = await asked(() => ask(position));
    if (there) known = position;
    return there;
  };

  return async (messages, putAside) => {
    const seeing = behind?.(greatest(messages));
    if (!stands) {
      if (seeing) await orStopped(seeing);
      return messages;
    }
    if (behind && (!seeing || (await seenInTime(seeing)))) return messages;
    const ahead = new Set<Message>();
    for (const message of messages.toSorted((one, other) => other.position - one.position)) {
      const there = await isThere(message.position, stands);
      if (there === null) return [];
      if (there) break;
      ahead.add(message);
    }
    for (const message of ahead) putAside(message);
    const there = messages.filter((message) => !ahead.has(message));
    const late = there.length === 0 ? undefined : behind?.(greatest(there));
    if (late) await orStopped(late);
    return there;
  };
}

/** Not every bus delivers in the order of positions. */
function greatest(messages: readonly Message[]): Position {
  return messages.reduce((most, { position }) => Math.max(most, position), 0);
}
