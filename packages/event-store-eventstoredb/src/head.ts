import type { Position } from '@countersign/event-store';
import { backoffMs, createGiveUp, pause } from './backoff.ts';
import type { LedgerClient } from './client.ts';
import { isOfLedger } from './streams.ts';

/** How often the end of the ledger is looked up where no feed tells of it: other processes append too. */
const LOOK_EVERY_MS = 1_000;
/** Events looked at from the end to find one of the ledger: checkpoints may stand behind it. */
const LOOKED_AT = 64;

/** The last position that this process knows of: appended by itself, read, told by the live feed, or looked up. */
export interface Head {
  readonly position: Position;
  observe(position: Position): void;
  /** The same from the live feed, which knows of all processes: while it speaks, nothing is looked up. */
  heard(position: Position): void;
  /**
   * The position, where the server's log goes so far, else the last one that is known: what somebody says is no knowledge.
   * Rejects if the server can't be read.
   */
  within(position: Position): Promise<Position>;
  /** Resolves when the position is known to be in the ledger; rejects when the store is closed before. */
  reached(position: Position): Promise<void>;
  close(): void;
}

/**
 * Starts from what stands at the end now, whatever it is: who was told before that something of the server's own was
 * covered is not to be ahead of the ledger. Rejects if the server can't be read.
 */
export async function createHead(client: Pick<LedgerClient, 'lastOfAll'>): Promise<Head> {
  let known = 0;
  /** The feed has spoken since the end was last looked up, or would have been. */
  let feedSpeaks = false;
  const closed = createGiveUp();
  let waiting: { position: Position; resolve: () => void; reject: (error: Error) => void }[] = [];
  const observe = (position: Position) => {
    if (position <= known) return;
    known = position;
    for (const waiter of waiting) if (waiter.position <= known) waiter.resolve();
    waiting = waiting.filter((waiter) => waiter.position > known);
  };
  const look = async () => {
    const last = (await client.lastOfAll(LOOKED_AT)).find(isOfLedger);
    if (last) observe(last.position);
  };
  let looking = false;
  let lookAgain = false;
  /** For one who waits: one look at a time, and one more for who came meanwhile. */
  const lookNow = async () => {
    lookAgain = true;
    if (looking) return;
    looking = true;
    while (lookAgain) {
      lookAgain = false;
      await look().catch(() => {});
    }
    looking = false;
  };
  const follow = async () => {
    for (let failures = 0; ; ) {
      const passed = await pause(failures === 0 ? LOOK_EVERY_MS : backoffMs(failures), closed.signal);
      if (!passed) return;
      if (feedSpeaks) {
        feedSpeaks = false;
        continue;
      }
      await look().then(
        () => {
          failures = 0;
        },
        () => {
          failures += 1;
        },
      );
    }
  };
  const [end] = await client.lastOfAll(1);
  if (end) observe(end.position);
  void follow();

  return {
    get position() {
      return known;
    },
    observe,
    heard(position) {
      feedSpeaks = true;
      observe(position);
    },
    async within(position) {
      if (position <= known) return position;
      const [end] = await client.lastOfAll(1);
      return end && position <= end.position ? position : known;
    },
    reached(position) {
      if (position <= known) return Promise.resolve();
      if (!feedSpeaks) void lookNow();
      return new Promise((resolve, reject) => waiting.push({ position, resolve, reject }));
    },
    close() {
      closed.abort();
      for (const { reject } of waiting) reject(new Error('the store is closed'));
      waiting = [];
    },
  };
}
