import type { ParkedEvent, ParkingLot, Position } from '@countersign/event-store';
import type { Failure, Message, MessageBus, Park, Progress, Settle } from '@countersign/message-bus';
import { type AttemptOptions, attempt, type Wait, waitFor } from './attempts.ts';
import { createInLedger } from './in-ledger.ts';
import { createLanes } from './lanes.ts';
import { DEFAULT_RETRY, type ReactionOutcome, type RetryPolicy } from './outcome.ts';
import type { Standing } from './parked-positions.ts';
import { createParkedSubjects } from './parked-subjects.ts';
import { type Released, releaseSubject } from './release.ts';

/** What a reactor consumes, what it does with it, and what becomes of failures. */
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
  /** Nobody waits for what comes of a message (see `ConsumeOptions`). */
  readonly unhurried?: boolean;
  /** Called when this process gets a share of the group's messages, before any of it is handled. */
  readonly onAssigned?: () => void;
  readonly retry?: RetryPolicy;
  readonly now: () => number;
  /** Waits between retries; default the real clock. */
  readonly wait?: Wait;
}

/** Its position says that everything up to there is handled or parked. */
export interface Reactor extends Progress {
  readonly group: string;
  /** Delivered and not finished. */
  outstanding(): number;
  parked(): Promise<ParkedEvent[]>;
  parkedCount(): number;
  /** Handles a subject's parked messages in order; stops at the first that fails again. Tells how many were released. */
  retry(subject: string): Promise<Released>;
  /** Resolves with what stopped it (an unreachable parking lot, a failed ledger), `null` after `close`. */
  readonly ended: Promise<Error | null>;
  /** Takes nothing more, waits for what is being handled; what waits for a retry is delivered again at the next start. */
  close(): Promise<void>;
}

/** Most messages under way in one reactor: beyond that it takes no more until some have finished. */
export const MAX_OUTSTANDING = 4_096;

/** Runs a reaction over a consumer group: order per subject, retries, parking, checkpoint up to the first gap. */
export async function startReactor(options: ReactorOptions): Promise<Reactor> {
  const { group, bus, parking, now, unhurried = false } = options;
  const lanes = createLanes(MAX_OUTSTANDING);
  const parked = createParkedSubjects({ group, parking, now });
  await parked.load();
  const stopping = new AbortController();
  const broken = Promise.withResolvers<Error>();
  const attempts: AttemptOptions = {
    handle: options.handle,
    retry: options.retry ?? DEFAULT_RETRY,
    now,
    wait: options.wait ?? waitFor,
    signal: stopping.signal,
  };

  /** What only asks the parking lot, until it answers; `null` when the reactor closes before. */
  const asked = async <T>(question: () => Promise<T>): Promise<T | null> => {
    for (let delay = attempts.retry.firstDelayMs; !stopping.signal.aborted; ) {
      try {
        return await question();
      } catch {
        await attempts.wait(delay, stopping.signal);
        delay = Math.min(delay * 2, attempts.retry.maxDelayMs);
      }
    }
    return null;
  };
  /**
   * Another process may release the subject at any moment. It looks for more when it has released the last: either it finds
   * what is parked here, or what is parked here finds nothing in front of it.
   */
  const parkBehind = async (message: Message, subject: string): Promise<Standing | null> => {
    const standing = await asked(() => parked.standingNow(subject, message.position));
    if (standing !== 'behind') return standing;
    await parked.park(message, subject, null, 0);
    const inFront = await asked(async () => (await parked.list(subject))[0]?.position !== message.position);
    if (inFront === null) return null;
    if (inFront) return 'behind';
    parked.release({ subject, position: message.position });
    return 'clear';
  };

  const handleOrPark = async (message: Message, subject: string, settle: Settle, park: Park) => {
    const known = parked.standing(subject, message.position);
    const standing = known === 'behind' ? await parkBehind(message, subject) : known;
    // Not settled, so delivered again at the next start.
    if (standing === null) return;
    const begun = now();
    if (standing === 'clear') {
      const attempted = await attempt(message, attempts);
      // Not settled, so delivered again at the next start.
      if (attempted.kind === 'stopped') return;
      if (attempted.kind === 'done') return settle(message);
      await parked.park(message, subject, attempted.error, attempted.attempts);
      return park(message, failure('handler_failed', attempted.error, attempted.attempts, begun, now()));
    }
    if (standing === 'parked')
      return park(message, failure('parked_before', 'came again after it was parked', 0, begun, begun));
    park(message, failure('waits_behind', 'waits behind a parked message of its subject', 0, begun, begun));
  };
  const run = (message: Message, settle: Settle, park: Park) => {
    const subject = options.subject(message);
    lanes.run(subject, () => handleOrPark(message, subject, settle, park)).catch(stop);
  };
  /** What can't be parked may not be passed over, and nothing behind it either. */
  const stop = (cause: unknown) => {
    stopping.abort();
    broken.resolve(cause instanceof Error ? cause : new Error(String(cause)));
  };
  // One slot is enough: the bus calls the consumer once at a time.
  let wakeConsumer: () => void = () => {};
  stopping.signal.addEventListener('abort', () => wakeConsumer(), { once: true });
  const orStopped = (condition: Promise<unknown>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      wakeConsumer = () => resolve(null);
      if (stopping.signal.aborted) wakeConsumer();
      condition.then(resolve, reject);
    });
  const inLedger = createInLedger({
    behind: options.behind,
    stands: bus.stands,
    wait: attempts.wait,
    asked,
    orStopped,
  });
  const onAssigned = async () => {
    await asked(parked.load);
    options.onAssigned?.();
  };

  const consumption = bus.consume(
    { group, topics: options.topics, types: options.types, onAssigned, unhurried },
    async (messages, settle, park) => {
      const seen = await inLedger(messages, (message) => {
        const at = now();
        park(message, failure('not_in_ledger', 'the ledger does not go so far', 0, at, at));
      });
      // Not settled, so delivered again at the next start.
      if (stopping.signal.aborted) return lanes.idle();
      for (const message of seen) run(message, settle, park);
      return lanes.belowLimit();
    },
  );

  return {
    group,
    position: consumption.position,
    reached: consumption.reached,
    outstanding: consumption.outstanding,
    parked: () => parked.list(),
    parkedCount: parked.count,
    // In the subject's lane, so that a message that arrives meanwhile waits its turn.
    retry: (subject) =>
      lanes.run(subject, () => releaseSubject(subject, { bus, parked, attempts, behind: options.behind })),
    ended: Promise.race([consumption.ended, broken.promise]),
    async close() {
      stopping.abort();
      await lanes.idle();
      await consumption.close();
    },
  };
}

function failure(
  code: Failure['code'],
  detail: string,
  attempts: number,
  firstAttemptMs: number,
  lastAttemptMs: number,
): Failure {
  return { code, detail, attempts, firstAttemptMs, lastAttemptMs };
}
