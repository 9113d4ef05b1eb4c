import type { ParkedEvent, ParkingLot, Position } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import { createProgress, type Progress } from '@countersign/message-bus';
import { createLanes } from './lanes.ts';
import { DEFAULT_RETRY, type ReactionOutcome, type RetryPolicy } from './outcome.ts';

export interface ReactorOptions {
  /** Consumer group, checkpoint and name in logs and metrics: `<service>.<reaction>.v<N>`. */
  readonly group: string;
  readonly bus: MessageBus;
  readonly topics: readonly string[];
  readonly types: readonly string[];
  readonly parking: ParkingLot;
  /** Whose order matters: messages of one subject are handled one after another, a poisoned one parks the rest. */
  subject(message: Message): string;
  /** Its sole effects are appends with deterministic ids, so that a repeat changes nothing. */
  handle(message: Message): ReactionOutcome | Promise<ReactionOutcome>;
  /** State of this process that must have seen the message first. */
  readonly behind?: (position: Position) => Promise<unknown> | undefined;
  readonly retry?: RetryPolicy;
  readonly now: () => number;
  readonly onParked?: (event: ParkedEvent) => void;
}

export interface Reactor extends Progress {
  readonly group: string;
  /** Delivered and not finished. */
  outstanding(): number;
  parked(): Promise<ParkedEvent[]>;
  /** Handles a subject's parked messages in order; stops at the first that fails again. Tells how many were released. */
  retry(subject: string): Promise<{ released: number; remaining: number }>;
  readonly ended: Promise<Error | null>;
  close(): Promise<void>;
}

/** Most messages under way in one reactor: beyond that it takes no more until some have finished. */
export const MAX_OUTSTANDING = 4_096;

/** Runs a reaction over a consumer group: order per subject, retries, parking, checkpoint up to the first gap. */
export async function startReactor(options: ReactorOptions): Promise<Reactor> {
  const { group, bus, parking, handle, now } = options;
  const retry = options.retry ?? DEFAULT_RETRY;
  const progress = createProgress(0);
  const lanes = createLanes(MAX_OUTSTANDING);
  const blocked = new Set((await parking.list({ group })).map((event) => event.subject));
  const stopping = new AbortController();

  const park = (message: Message, subject: string, error: string | null, attempts: number) => {
    blocked.add(subject);
    const event: ParkedEvent = {
      group,
      subject,
      position: message.position,
      organization: message.organization,
      error,
      parkedAt: new Date(now()).toISOString(),
      attempts,
    };
    parking.park(event);
    options.onParked?.(event);
  };

  /** Handles with retries; the error that stays, or `null`. */
  const attempt = async (message: Message): Promise<{ error: string; attempts: number } | null> => {
    const giveUp = now() + retry.giveUpAfterMs;
    let delay = retry.firstDelayMs;
    for (let attempts = 1; ; attempts += 1) {
      try {
        const outcome = await handle(message);
        if (outcome.kind === 'done') return null;
        if (now() >= giveUp) return { error: outcome.why, attempts };
      } catch (cause) {
        return { error: cause instanceof Error ? cause.message : String(cause), attempts };
      }
      await wait(delay, stopping.signal);
      if (stopping.signal.aborted) return new Promise(() => {});
      delay = Math.min(delay * 2, retry.maxDelayMs);
    }
  };

  const process = async (message: Message, subject: string): Promise<void> => {
    if (blocked.has(subject)) return park(message, subject, null, 0);
    const failure = await attempt(message);
    if (failure) park(message, subject, failure.error, failure.attempts);
  };

  const subscription = bus.consume(
    { group, topics: options.topics, types: options.types },
    async (messages, settle) => {
      const last = messages.at(-1)?.position ?? 0;
      const behind = options.behind?.(last);
      if (behind) await behind;
      for (const message of messages) {
        const subject = options.subject(message);
        lanes.run(subject, () => process(message, subject).then(() => settle(message)));
      }
      progress.advance(last);
      await lanes.belowLimit();
    },
  );

  const release = async (subject: string): Promise<{ released: number; remaining: number }> => {
    let released = 0;
    for (;;) {
      const waiting = await parking.list({ group, subject });
      const next = waiting[0];
      if (!next) {
        blocked.delete(subject);
        return { released, remaining: 0 };
      }
      const message = await bus.fetch(next.position);
      const failure = message
        ? await attempt(message)
        : { error: 'the event is no longer readable', attempts: 0 };
      if (failure && message) {
        park(message, subject, failure.error, next.attempts + failure.attempts);
        return { released, remaining: waiting.length };
      }
      parking.release(group, subject, next.position);
      released += 1;
    }
  };

  return {
    ...progress,
    group,
    outstanding: lanes.running,
    parked: () => parking.list({ group }),
    // In the subject's lane, so that a message that arrives meanwhile waits its turn.
    retry: (subject) => lanes.run(subject, () => release(subject)),
    ended: subscription.ended,
    async close() {
      stopping.abort();
      await subscription.close();
    },
  };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
