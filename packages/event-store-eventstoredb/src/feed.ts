import type { Position } from '@countersign/event-store';
import type { AllStreamSubscription } from '@eventstore/db-client';
import { type StoredEvent, storedEvent } from './wire-event.ts';

/** What one subscription of the client has brought, to be taken in order. */
export interface Feed {
  take(most: number): Taken;
  /** Resolves with `true` when there may be more to take or it has ended, with `false` after `quietMs` of silence. */
  changed(quietMs?: number): Promise<boolean>;
  /** Nothing more will come: an error, or an end without one (B8), it is all the same. */
  readonly ended: boolean;
  close(): void;
}

/** What a reader takes at once. */
export interface Taken {
  readonly events: readonly StoredEvent[];
  /** Everything up to here has been taken, filtered events included; `null` where that is not known. */
  readonly covered: Position | null;
  /** Everything that was stored when the subscription began has been taken. */
  readonly caughtUp: boolean;
}

/**
 * The client says "checkpoint reached" and "caught up" when these messages come, before the events in front of them have
 * been read from its buffer (B7). They count once the buffer has been found empty.
 */
export function createFeed(): Feed & {
  attach(subscription: AllStreamSubscription): void;
  covered(position: Position): void;
} {
  let source: AllStreamSubscription | null = null;
  let covered: Position | null = null;
  let caughtUp = false;
  let ended = false;
  /** Something has come since the last taking. */
  let news = false;
  let notify: (() => void) | null = null;
  const wake = () => {
    news = true;
    notify?.();
  };
  const end = () => {
    ended = true;
    wake();
  };

  return {
    attach(subscription) {
      source = subscription;
      subscription.on('readable', wake);
      subscription.on('caughtUp' as never, () => {
        caughtUp = true;
        wake();
      });
      for (const name of ['end', 'error', 'close'] as const) subscription.on(name, end);
    },
    covered(position) {
      covered = position;
      wake();
    },
    take(most) {
      const events: StoredEvent[] = [];
      news = false;
      while (events.length < most) {
        const resolved = source?.read() ?? null;
        if (resolved === null) {
          const taken = { events, covered, caughtUp };
          covered = null;
          return taken;
        }
        if (resolved.event) events.push(storedEvent(resolved.event));
      }
      return { events, covered: null, caughtUp: false };
    },
    changed(quietMs) {
      if (news || ended) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (changed: boolean) => {
          clearTimeout(timer);
          notify = null;
          resolve(changed);
        };
        const timer = quietMs === undefined ? undefined : setTimeout(settle, quietMs, false);
        notify = () => settle(true);
      });
    },
    get ended() {
      return ended;
    },
    close() {
      end();
      // The cancelled call may still end with an error; the listener above takes it.
      source?.unsubscribe().catch(() => {});
    },
  };
}
