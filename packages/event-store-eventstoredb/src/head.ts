import type { Position } from '@countersign/event-store';
import { backoffMs, createGiveUp, pause } from './backoff.ts';
import type { LedgerClient } from './client.ts';
import { isOfLedger } from './streams.ts';

/** How often the end of the ledger is looked up: other processes append too. */
const LOOK_EVERY_MS = 1_000;
/** Events looked at from the end to find one of the ledger: checkpoints may stand behind it. */
const LOOKED_AT = 64;

/** The last position that this process knows of: appended by itself, read, or looked up. */
export interface Head {
  readonly position: Position;
  observe(position: Position): void;
  /** Resolves when the position is known to be in the ledger; rejects when the store is closed before. */
  reached(position: Position): Promise<void>;
  close(): void;
}

/** Starts from what stands at the end now. Rejects if the server can't be read. */
export async function createHead(client: Pick<LedgerClient, 'lastOfAll'>): Promise<Head> {
  let known = 0;
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
  const follow = async () => {
    for (let failures = 0; ; ) {
      const passed = await pause(failures === 0 ? LOOK_EVERY_MS : backoffMs(failures), closed.signal);
      if (!passed) return;
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
  await look();
  void follow();

  return {
    get position() {
      return known;
    },
    observe,
    reached: (position) =>
      position <= known
        ? Promise.resolve()
        : new Promise((resolve, reject) => waiting.push({ position, resolve, reject })),
    close() {
      closed.abort();
      for (const { reject } of waiting) reject(new Error('the store is closed'));
      waiting = [];
    },
  };
}
