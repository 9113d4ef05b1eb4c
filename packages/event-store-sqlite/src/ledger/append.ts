import { type ExpectedVersion, type StreamVersion, versionOf } from '@countersign/event-sourcing';
import {
  type Appended,
  type AppendReceipt,
  isStoreError,
  type NewEvent,
  type RecordedEvent,
  type StoreError,
} from '@countersign/event-store';
import type { StoreLimits } from '../options.ts';
import type { CommitQueue } from './commit-queue.ts';
import { encodeBody, storedBytes } from './event-codec.ts';
import type { StreamHeads } from './stream-heads.ts';
import type { Tail } from './tail.ts';

type Outcome = Appended | StoreError;

interface Appending {
  append(stream: string, expected: ExpectedVersion, events: readonly NewEvent[]): AppendReceipt;
  /** Refuses from now on. */
  stop(): void;
  /** Resolves when every append that waits for a read has been decided. */
  idle(): Promise<void>;
}

interface AppendingParts {
  readonly limits: StoreLimits;
  readonly tail: Tail;
  readonly heads: StreamHeads;
  readonly commits: CommitQueue;
  /** Version of a stream on disk. */
  readHead(stream: string): Promise<StreamVersion>;
  /** Accepted events of a stream after a version. */
  readStream(stream: string, after: StreamVersion, limit: number): Promise<RecordedEvent[]>;
  /** Something was accepted. */
  onAccepted(): void;
}

/**
 * A receipt whose durable end is made when it is asked for: the stages of a call go on at acceptance, and one answer
 * waits for all of them. A class, because a getter in a literal gives every object a shape of its own.
 */
class DecidedReceipt implements AppendReceipt {
  readonly accepted: Promise<Outcome>;
  readonly #outcome: Outcome;
  readonly #settle: (outcome: Outcome) => Promise<Outcome>;

  constructor(outcome: Outcome, settle: (outcome: Outcome) => Promise<Outcome>) {
    this.accepted = Promise.resolve(outcome);
    this.#outcome = outcome;
    this.#settle = settle;
  }

  get durable(): Promise<Outcome> {
    return this.#settle(this.#outcome);
  }
}

/**
 * Fixes order and versions in memory. Streams whose version is known are decided at once; the first append to another
 * stream waits for a read, and later ones to the same stream wait behind it.
 */
export function createAppending(parts: AppendingParts): Appending {
  const { limits, tail, heads, commits } = parts;
  const cold = new Map<string, (() => void)[]>();
  let coldEvents = 0;
  let stopped = false;
  let whenIdle: (() => void)[] = [];

  const unavailable = (): StoreError | null => {
    if (commits.error) return { code: 'StoreUnavailable', reason: 'failed', detail: commits.error.message };
    if (stopped) return { code: 'StoreUnavailable', reason: 'closed', detail: 'the ledger is closed' };
    return null;
  };

  const refuse = (events: readonly NewEvent[], bodies: readonly string[]): StoreError | null => {
    if (events.length === 0) return { code: 'EmptyBatch' };
    const { maxEventBytes, maxBacklogEvents, maxBacklogBytes } = limits;
    let batchBytes = 0;
    for (const [index, body] of bodies.entries()) {
      const bytes = storedBytes(events[index]!, body, maxEventBytes);
      if (bytes > maxEventBytes) return { code: 'EventTooLarge', bytes, limit: maxEventBytes };
      batchBytes += bytes;
    }
    if (batchBytes > maxBacklogBytes) {
      return { code: 'EventTooLarge', bytes: batchBytes, limit: maxBacklogBytes };
    }
    const { backlog } = commits;
    if (backlog.events + coldEvents >= maxBacklogEvents || backlog.bytes >= maxBacklogBytes) {
      const detail = `${backlog.events} accepted events (${backlog.bytes} bytes) wait for the disk`;
      return { code: 'StoreUnavailable', reason: 'overloaded', detail };
    }
    return null;
  };

  const accept = (
    stream: string,
    version: StreamVersion,
    events: readonly NewEvent[],
    bodies: readonly string[],
  ): Appended => {
    const recorded: RecordedEvent[] = [];
    let next = version;
    let position = tail.head;
    for (const [index, event] of events.entries()) {
      next += 1;
      position += 1;
      const { type, data, sealed, metadata } = event;
      const body = bodies[index]!;
      const entry: RecordedEvent = sealed
        ? { type, data, sealed, metadata, stream, version: next, position }
        : { type, data, metadata, stream, version: next, position };
      tail.push(entry, body.length);
      commits.add([stream, next, metadata.id, type, metadata.organization, body]);
      recorded.push(entry);
    }
    parts.onAccepted();
    return { version: next, position, events: recorded, repeated: false };
  };

  /** The original result if these very events stand behind the expected version, else the conflict. */
  const repeatedOr = async (
    conflict: StoreError,
    stream: string,
    after: StreamVersion,
    events: readonly NewEvent[],
  ): Promise<Outcome> => {
    const stored = await parts.readStream(stream, after, events.length).catch((cause: Error) => cause);
    if (stored instanceof Error) {
      return { code: 'StoreUnavailable', reason: 'failed', detail: stored.message };
    }
    const last = stored.at(-1);
    const same =
      stored.length === events.length &&
      stored.every((event, i) => event.metadata.id === events[i]?.metadata.id);
    return same && last
      ? { version: last.version, position: last.position, events: [], repeated: true }
      : conflict;
  };

  const decide = (
    stream: string,
    actual: StreamVersion,
    expected: StreamVersion,
    events: readonly NewEvent[],
    bodies: readonly string[],
  ): Outcome | Promise<Outcome> => {
    if (actual === expected) return accept(stream, actual, events, bodies);
    const conflict: StoreError = { code: 'VersionConflict', stream, expected, actual };
    return actual < expected + events.length ? conflict : repeatedOr(conflict, stream, expected, events);
  };

  const known = (stream: string) => tail.version(stream) ?? heads.get(stream);

  const warm = async (stream: string, queue: (() => void)[]) => {
    const version = await parts.readHead(stream).catch(() => null);
    if (version !== null) heads.set(stream, version);
    cold.delete(stream);
    for (const task of queue) task();
    if (cold.size > 0) return;
    for (const resolve of whenIdle) resolve();
    whenIdle = [];
  };

  /** Decides after the stream's version has been read, in the order of the calls. */
  const decideLater = (
    stream: string,
    count: number,
    task: (actual: StreamVersion) => Outcome | Promise<Outcome>,
  ): Promise<Outcome> =>
    new Promise((resolve) => {
      coldEvents += count;
      const run = () => {
        coldEvents -= count;
        const failure: StoreError = {
          code: 'StoreUnavailable',
          reason: 'failed',
          detail: 'the ledger cannot be read',
        };
        const actual = commits.error ? undefined : known(stream);
        resolve(actual === undefined ? failure : task(actual));
      };
      const queue = cold.get(stream);
      if (queue) return void queue.push(run);
      const started = [run];
      cold.set(stream, started);
      void warm(stream, started);
    });

  const settle = async (outcome: Outcome): Promise<Outcome> => {
    if (isStoreError(outcome)) return outcome;
    const error = await commits.settled(outcome.position);
    return error ? { code: 'OutcomeUnknown', detail: error.message } : outcome;
  };

  return {
    append(stream, expected, events) {
      const bodies = events.map(encodeBody);
      const refusal = unavailable() ?? refuse(events, bodies);
      if (refusal) {
        const refused = Promise.resolve(refusal);
        return { accepted: refused, durable: refused };
      }
      const version = known(stream);
      const task = (actual: StreamVersion) => decide(stream, actual, versionOf(expected), events, bodies);
      const outcome = version === undefined ? decideLater(stream, events.length, task) : task(version);
      if (outcome instanceof Promise) return { accepted: outcome, durable: outcome.then(settle) };
      return new DecidedReceipt(outcome, settle);
    },
    stop() {
      stopped = true;
    },
    idle: () => (cold.size === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
  };
}
