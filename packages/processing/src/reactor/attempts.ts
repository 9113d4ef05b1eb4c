import type { Message } from '@countersign/message-bus';
import { isOutage, type ReactionOutcome, type RetryPolicy } from './outcome.ts';

/** Waits; resolves early when the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** What handling a message with its retries came to; `stopped`: the reactor closes, the message stays as it was. */
export type Attempted =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: string; readonly attempts: number }
  | { readonly kind: 'stopped' };

/** What is tried, how often, and what cuts it short. */
export interface AttemptOptions {
  readonly handle: (message: Message) => ReactionOutcome | Promise<ReactionOutcome>;
  readonly retry: RetryPolicy;
  readonly now: () => number;
  readonly wait: Wait;
  readonly signal: AbortSignal;
}

const DONE: Attempted = { kind: 'done' };
const STOPPED: Attempted = { kind: 'stopped' };

/** Handles a message; retries what is transient until the policy gives up, parks nothing itself. */
export async function attempt(message: Message, options: AttemptOptions): Promise<Attempted> {
  const { handle, retry, now, wait, signal } = options;
  let giveUp = now() + retry.giveUpAfterMs;
  let delay = retry.firstDelayMs;
  for (let attempts = 1; ; attempts += 1) {
    if (signal.aborted) return STOPPED;
    try {
      const outcome = await handle(message);
      if (outcome.kind === 'done') return DONE;
      if (outcome.outage) giveUp = now() + retry.giveUpAfterMs;
      else if (now() >= giveUp) return { kind: 'failed', error: outcome.why, attempts };
    } catch (cause) {
      if (!isOutage(cause))
        return { kind: 'failed', error: cause instanceof Error ? cause.message : String(cause), attempts };
      giveUp = now() + retry.giveUpAfterMs;
    }
    await wait(delay, signal);
    delay = Math.min(delay * 2, retry.maxDelayMs);
  }
}

/** The real clock's wait. */
export const waitFor: Wait = (ms, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });

/** Waits for something, or for the signal. Rejects as it does. */
export function untilAborted(waited: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => resolve();
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
    waited.then(done, reject).finally(() => signal.removeEventListener('abort', done));
  });
}
