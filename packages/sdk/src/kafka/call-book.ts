import { uuidV7 } from '../uuid-v7.ts';
import { type CallEvent, type CallFacts, NO_FACTS, withEvent } from './call-facts.ts';

/** The calls that one client has to do with, and who waits for them. */
export interface CallBook {
  /** From here on the call's events are kept. */
  track(callId: string): CallFacts;
  facts(callId: string): CallFacts;
  /** The id under which this client uses the call's permit up, however often it has to say so. */
  redemptionId(callId: string): string;
  apply(event: CallEvent): void;
  /** Resolves with whether the condition holds, at the latest after `ms`, when a signal aborts or the book is closed. */
  until(
    callId: string,
    holds: (facts: CallFacts) => boolean,
    ms: number,
    ...signals: readonly (AbortSignal | undefined)[]
  ): Promise<boolean>;
  /** Ends every wait, also those to come. */
  close(): void;
}

/** Calls remembered at most; events of a forgotten one are passed over. */
const MAX_CALLS = 1_000;

interface Entry {
  facts: CallFacts;
  readonly redemptionId: string;
  readonly waiting: Set<() => void>;
}

/** An empty book. */
export function createCallBook(): CallBook {
  const calls = new Map<string, Entry>();
  const closing = new AbortController();

  const entryOf = (callId: string): Entry => {
    const entry = calls.get(callId) ?? { facts: NO_FACTS, redemptionId: uuidV7(), waiting: new Set() };
    calls.delete(callId); // A map keeps its order; the newest goes to the end.
    calls.set(callId, entry);
    for (const [oldest, { waiting }] of calls) {
      if (calls.size <= MAX_CALLS) break;
      if (waiting.size === 0) calls.delete(oldest);
    }
    return entry;
  };

  return {
    track: (callId) => entryOf(callId).facts,
    facts: (callId) => calls.get(callId)?.facts ?? NO_FACTS,
    redemptionId: (callId) => entryOf(callId).redemptionId,
    apply(event) {
      const entry = calls.get(event.callId);
      if (!entry) return;
      entry.facts = withEvent(entry.facts, event);
      for (const look of [...entry.waiting]) look();
    },
    until(callId, holds, ms, ...signals) {
      const entry = entryOf(callId);
      return new Promise((resolve) => {
        const ends = [closing.signal, ...signals];
        const end = (held: boolean): void => {
          clearTimeout(timer);
          entry.waiting.delete(look);
          for (const signal of ends) signal?.removeEventListener('abort', cut);
          resolve(held);
        };
        const look = (): void => {
          if (holds(entry.facts)) end(true);
        };
        const cut = (): void => end(holds(entry.facts));
        const timer = setTimeout(cut, ms);
        entry.waiting.add(look);
        for (const signal of ends) signal?.addEventListener('abort', cut);
        if (ends.some((signal) => signal?.aborted)) cut();
        else look();
      });
    },
    close: () => closing.abort(),
  };
}
