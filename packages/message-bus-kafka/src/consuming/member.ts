import type { ConsumerCrashEvent, EachBatchPayload, Kafka } from 'kafkajs';
import { type KafkaTiming, RETRY } from '../client.ts';
import type { ClientLog } from '../client-log.ts';
import './bounded-headers.ts';
import './single-commits.ts';
import { wait } from '../sending/dead-letters.ts';
import { coPartitioning } from './co-partitioning.ts';
import { paceGroup } from './fetching.ts';
import type { Assignment, Commit, Partition } from './partition-offsets.ts';

interface MemberOptions {
  readonly kafka: Kafka;
  readonly group: string;
  readonly topics: readonly string[];
  readonly timing: KafkaTiming;
  readonly log: ClientLog | undefined;
  /** Nobody waits for what the group does. */
  readonly unhurried: boolean;
  /** One batch of one partition at a time. Only errors of `heartbeat` may leave it (K1). */
  onBatch(payload: EachBatchPayload): Promise<void>;
  /** Up to this offset came nothing but marks of the broker, of which the client makes no batch. */
  onMarks(partition: Partition, lastOffset: number): void;
  /** The group has given this member partitions; those that it had before are gone. */
  onAssigned(assignment: Assignment): void;
  /** The partitions are about to go: the last moment to commit. */
  onRevoked(): void;
  /** The client has crashed and another follows: nothing comes until the group has given it partitions. */
  onCrash(): void;
  /** The client goes: the last moment to commit. */
  onLeaving(): Promise<void>;
}

/** A place in a consumer group, held for as long as it is wanted. */
export interface Member {
  /** Rejects when the group has moved on meanwhile: an old generation commits nothing (K7). */
  commit(commits: readonly Commit[]): Promise<void>;
  /** Resolves with what ended it for good, or `null` after `close`. */
  readonly ended: Promise<Error | null>;
  close(): Promise<void>;
}

const MAX_BYTES_PER_PARTITION = 256 * 1024;
/** How long a fetch waits for the first record; a record that comes is answered at once. */
const MAX_WAIT_MS = 500;
const GOODBYE_WITHIN_MS = 5_000;
const FIRST_RESTART_MS = 200;
const MAX_RESTART_MS = 5_000;

/**
 * Runs a client of the group. A client that crashed is thrown away, and another begins where the group's offsets say,
 * unless the cause will not pass: the client's own restarts are not relied on (K10).
 */
export function joinGroup(options: MemberOptions): Member {
  const { log, group } = options;
  paceGroup(group, options.unhurried);
  const closing = new AbortController();
  let client: RunningClient | null = null;

  const run = async (): Promise<Error | null> => {
    let delay = FIRST_RESTART_MS;
    while (!closing.signal.aborted) {
      client = runClient(options, closing.signal, () => {
        delay = FIRST_RESTART_MS;
      });
      const crash = await client.over;
      if (crash === null) return null;
      if (!passes(crash)) return crash;
      options.onCrash();
      log?.warn({ err: crash, group, delay }, 'the consumer has crashed and is started again');
      await wait(delay, closing.signal);
      delay = Math.min(delay * 2, MAX_RESTART_MS);
    }
    return null;
  };
  const ended = run();

  return {
    ended,
    async commit(commits) {
      await client?.commit(commits);
    },
    async close() {
      closing.abort();
      await ended;
    },
  };
}

/** What the client calls beyond retrying though a broker that goes is the cause: that every try failed, and that no broker said who coordinates. */
const PASSES_ALL_THE_SAME = ['KafkaJSNumberOfRetriesExceeded', 'KafkaJSGroupCoordinatorNotFound'];

/**
 * Whether another client may do better: unless its origin says that it would not, as a refused login does. The client wraps
 * what it does not try again, and throws errors that are none of its own while a broker goes.
 */
function passes({ name, retriable, cause }: Error & { retriable?: boolean }): boolean {
  if (PASSES_ALL_THE_SAME.includes(name)) return true;
  return cause instanceof Error ? passes(cause) : retriable !== false;
}

interface RunningClient {
  /** Resolves when the client is gone: after a crash, or with `null` because it was told to go. */
  readonly over: Promise<Error | null>;
  commit(commits: readonly Commit[]): Promise<void>;
}

function runClient(options: MemberOptions, closing: AbortSignal, onJoined: () => void): RunningClient {
  const { kafka, group, topics, timing } = options;
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: timing.sessionTimeoutMs,
    rebalanceTimeout: timing.rebalanceTimeoutMs,
    heartbeatInterval: timing.heartbeatEveryMs,
    maxWaitTimeInMs: MAX_WAIT_MS,
    maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    allowAutoTopicCreation: false,
    // A transaction that somebody leaves open would keep back whatever stands behind it. Who has written a record, and that it
    // holds, is never known by its transaction (K5).
    readUncommitted: true,
    partitionAssigners: [coPartitioning],
    retry: {
      // While brokers answer, a second or two: a coordinator that is gone is looked for by a new client only.
      ...RETRY,
      retries: 3,
      // Another client is begun, and not the same again.
      restartOnFailure: () => Promise.resolve(false),
    },
  });

  const leave = Promise.withResolvers<Error | null>();
  const crashed = ({ payload }: ConsumerCrashEvent) => leave.resolve(payload.error);
  consumer.on(consumer.events.CRASH, crashed);
  consumer.on(consumer.events.REBALANCING, () => options.onRevoked());
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    onJoined();
    options.onAssigned(payload.memberAssignment);
  });
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize === 0) options.onMarks(payload, Number(payload.lastOffset));
  });
  const goes = () => leave.resolve(null);
  closing.addEventListener('abort', goes);
  if (closing.aborted) goes();

  const start = async () => {
    await consumer.connect();
    // From the beginning, also when the broker no longer has what comes next (K5).
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: options.onBatch,
    });
  };
  const gone = start()
    .catch((error: Error) => leave.resolve(error))
    .then(() => leave.promise)
    // The group outlives many clients: what it keeps of one, it would keep for ever.
    .finally(() => closing.removeEventListener('abort', goes))
    .then(async (crash) => {
      if (crash === null) await options.onLeaving();
      await consumer.disconnect().catch(() => {});
      return crash;
    });
  const over = orLeftAlone(gone, closing);

  return {
    over,
    commit: (commits) =>
      consumer.commitOffsets(
        commits.map(({ offset, ...partition }) => ({ ...partition, offset: String(offset) })),
      ),
  };
}

/**
 * A client that can not say goodbye in time is left to itself: it goes as soon as it can, takes nothing more, and its
 * session ends without it.
 */
function orLeftAlone(gone: Promise<Error | null>, closing: AbortSignal): Promise<Error | null> {
  return new Promise((resolve) => {
    const hurry = () => {
      const late = setTimeout(() => resolve(null), GOODBYE_WITHIN_MS);
      void gone.then(() => clearTimeout(late));
    };
    closing.addEventListener('abort', hurry, { once: true });
    if (closing.aborted) hurry();
    void gone.then((crash) => {
      closing.removeEventListener('abort', hurry);
      resolve(crash);
    });
  });
}
