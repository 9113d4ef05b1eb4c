import {
  type ConsumeOptions,
  type Consumption,
  createProgress,
  type RecordFailure,
} from '@countersign/message-bus';
import type { Batch, EachBatchPayload, Kafka } from 'kafkajs';
import type { KafkaTiming } from '../client.ts';
import type { ClientLog } from '../client-log.ts';
import { deadLetterRecord, wait, writeDeadLetter } from '../sending/dead-letters.ts';
import { sizeOf } from '../sending/outgoing-record.ts';
import type { Sender } from '../sending/sender.ts';
import { createCatchingUp } from './catching-up.ts';
import { withHeartbeats } from './heartbeats.ts';
import { createLagWatchdog } from './lag-watchdog.ts';
import { joinGroup } from './member.ts';
import { createOutstanding, type Delivered } from './outstanding.ts';
import { createPartitionOffsets } from './partition-offsets.ts';
import type { LagReader } from './read-lag.ts';
import { createWaitingLetters } from './waiting-letters.ts';

interface GroupDependencies {
  readonly kafka: Kafka;
  readonly clientId: string;
  readonly timing: KafkaTiming;
  readonly log: ClientLog | undefined;
  readonly sender: Sender;
  readonly lag: LagReader;
}

/** A group's consumption in this process. */
export interface GroupConsumption extends Consumption {
  /** For readiness: why nothing moves here, or not fast enough; `null` if it does. */
  problem(): string | null;
  /** Records that this member's share has to go, when it was last looked. */
  lag(): number;
  /** It has records to go and has not moved for long, although it is a member and the brokers answer. */
  standsStill(): boolean;
}

/** What a record is to a group: an item, nothing of it, or nothing that can be understood. */
export type Read<Item> =
  | { readonly kind: 'item'; readonly item: Item; readonly position: number }
  | { readonly kind: 'passed_over'; readonly position: number }
  | { readonly kind: 'undecodable'; readonly code: string; readonly detail: string };

/** The group, its topics, and what it makes of a record of them. */
export interface GroupOptions<Item> {
  readonly group: string;
  readonly topics: readonly string[];
  /** What the consumer does about a new share before anything of it comes. */
  readonly onAssigned?: ConsumeOptions['onAssigned'] | undefined;
  readonly unhurried?: boolean;
  read(delivered: Delivered): Read<Item>;
}

/** Returns when it is ready for more; every item is settled or put aside once. */
type ItemConsumer<Item> = (
  items: readonly Item[],
  settle: (item: Item) => void,
  putAside: (item: Item, failure: RecordFailure) => void,
) => void | Promise<void>;

/**
 * Takes part in a group. Every batch goes to the consumer at once, one call at a time; offsets are committed on a timer,
 * before partitions go and at the end, up to the first item that is not done with (K12).
 */
export function consumeGroup<Item>(
  deps: GroupDependencies,
  { group, topics, read, onAssigned, unhurried = false }: GroupOptions<Item>,
  consumer: ItemConsumer<Item>,
): GroupConsumption {
  const { timing, log } = deps;
  const offsets = createPartitionOffsets();
  const outstanding = createOutstanding<Item>();
  const progress = createProgress(0);
  const catching = createCatchingUp(offsets);
  const watchdog = createLagWatchdog({ stalledAfterMs: timing.stalledAfterMs, now: Date.now });
  const stopping = new AbortController();
  const waiting = createWaitingLetters(stopping.signal);
  let failure: Error | null = null;
  let joined = false;
  let unreadable: string | null = null;

  const moved = () => {
    progress.advance(outstanding.position());
    catching.look();
  };
  const done = (delivered: Delivered) => {
    offsets.settled(delivered, delivered.offset);
    moved();
  };
  const settle = (item: Item) => {
    const delivered = outstanding.find(item);
    if (!delivered) return;
    outstanding.remove(item);
    done(delivered);
  };
  /** A record that is put aside is done with when its dead letter is safe, and not before. */
  const keepAside = async (delivered: Delivered, cause: RecordFailure, then: () => void): Promise<void> => {
    const { topic, partition, offset, record } = delivered;
    const place = { topic, partition, offset: String(offset) };
    const consumer = `${group}@${deps.clientId}`;
    const letter = deadLetterRecord({ ...place, ...record, ...cause, consumer });
    const waitsNoMore = waiting.add(sizeOf(letter));
    const written = await writeDeadLetter(deps.sender, letter, stopping.signal);
    waitsNoMore();
    if (!written) return;
    log?.warn({ ...place, group, code: cause.code }, 'a record is a dead letter now');
    then();
  };
  const aside = (delivered: Delivered, cause: RecordFailure, then: () => void) => {
    // Its offset stands still then, which readiness tells; the process goes on with all others.
    void keepAside(delivered, cause, then).catch((err) =>
      log?.error({ err, group }, 'no dead letter can be made of a record'),
    );
  };
  const putAside = (item: Item, cause: RecordFailure) => {
    const delivered = outstanding.find(item);
    if (delivered) aside(delivered, cause, () => settle(item));
  };

  /** Takes a batch over: its items, in order; what can't be understood is put aside. */
  const takeOver = (batch: Batch): Item[] => {
    const { topic, partition } = batch;
    const items: Item[] = [];
    const undecodable: [Delivered, RecordFailure][] = [];
    const taken: number[] = [];
    for (const { offset: at, key, value, headers, timestamp } of batch.messages) {
      const offset = Number(at);
      if (offsets.wasDelivered(batch, offset)) continue;
      const record = { key, value, headers };
      const delivered = { topic, partition, offset, timeMs: Number(timestamp), record };
      const found = read(delivered);
      if (found.kind === 'passed_over') {
        outstanding.passedOver(found.position);
        continue;
      }
      taken.push(offset);
      if (found.kind === 'item') {
        outstanding.add(found.item, found.position, delivered);
        items.push(found.item);
      } else {
        const now = Date.now();
        const { code, detail } = found;
        undecodable.push([delivered, { code, detail, attempts: 1, firstAttemptMs: now, lastAttemptMs: now }]);
      }
    }
    offsets.delivered(batch, taken, Number(batch.lastOffset()));
    for (const [delivered, cause] of undecodable) aside(delivered, cause, () => done(delivered));
    moved();
    return items;
  };

  // Never rejects, so that nothing the consumer throws gets into the client, which would stop without a word (K1).
  let calling: Promise<void> = Promise.resolve();
  const fail = (cause: unknown) => {
    failure = cause instanceof Error ? cause : new Error(String(cause));
    stopping.abort();
    void member.close();
  };
  const call = async (items: readonly Item[]): Promise<void> => {
    try {
      await consumer(items, settle, putAside);
    } catch (cause) {
      fail(cause);
    }
  };
  /** What the consumer does about a new share before anything of it comes; one after another where the group deals fast. */
  let preparing: Promise<void> = Promise.resolve();
  const prepare = () => {
    preparing = preparing.then(() => onAssigned?.()).catch(fail);
  };
  const onBatch = async ({ batch, heartbeat, ...client }: EachBatchPayload): Promise<void> => {
    // Partitions that are about to go are no longer worked on: the group says so here (K3).
    await heartbeat();
    await withHeartbeats(calling, heartbeat, timing.heartbeatEveryMs);
    await withHeartbeats(preparing, heartbeat, timing.heartbeatEveryMs);
    // While no dead letter can be written, no more is taken than there is room for.
    const room = waiting.room();
    if (room) await withHeartbeats(room, heartbeat, timing.heartbeatEveryMs);
    if (stopping.signal.aborted || !client.isRunning() || client.isStale()) return;
    const items = takeOver(batch);
    // Fetching goes on behind it; how far the group has got is another matter (K8).
    client.resolveOffset(batch.lastOffset());
    if (items.length === 0) return;
    calling = call(items);
    await withHeartbeats(calling, heartbeat, timing.heartbeatEveryMs);
  };

  let committing: Promise<void> = Promise.resolve();
  const commitOnce = async (): Promise<void> => {
    const commits = offsets.toCommit();
    if (commits.length === 0) return;
    try {
      await member.commit(commits);
      offsets.committed(commits);
    } catch (cause) {
      log?.debug({ err: cause, group }, 'offsets are not committed; they are next time, by whoever is there');
    }
  };
  const commit = (): Promise<void> => {
    committing = committing.then(commitOnce);
    return committing;
  };
  const watch = async (): Promise<void> => {
    try {
      const all = await deps.lag.read(group, topics);
      unreadable = null;
      const own = all.filter(offsets.has);
      watchdog.observe(own);
      if (joined) catching.begin(own);
    } catch (cause) {
      unreadable = (cause as Error).message;
    }
  };

  const member = joinGroup({
    kafka: deps.kafka,
    group,
    topics,
    timing,
    log,
    unhurried,
    onBatch,
    onMarks(partition, lastOffset) {
      offsets.delivered(partition, [], lastOffset);
      moved();
    },
    onRevoked: () => void commit(),
    onAssigned(assignment) {
      offsets.assign(assignment);
      outstanding.clear();
      moved();
      prepare();
      if (joined) return;
      joined = true;
      void watch();
    },
    onCrash() {
      joined = false;
    },
    // A group that stopped by an error moves its checkpoint no further.
    onLeaving: () => (failure ? Promise.resolve() : commit()),
  });

  void repeat(commit, timing.commitEveryMs, stopping.signal);
  void repeat(watch, timing.watchEveryMs, stopping.signal);
  const ended = member.ended.then((cause) => {
    stopping.abort();
    const error = failure ?? cause;
    catching.end(error ?? new Error(`group "${group}" is closed`));
    return error;
  });

  return {
    caughtUp: catching.caughtUp,
    ended,
    position: progress.position,
    reached: progress.reached,
    outstanding: outstanding.count,
    problem() {
      if (!joined) return 'has not joined its group';
      if (unreadable) return `how far it has got can not be read: ${unreadable}`;
      const [late] = watchdog.late();
      if (!late) return null;
      const { topic, partition, lag, forMs } = late;
      return `is ${Math.round(forMs / 1_000)} s behind, with ${lag} records to go on ${topic}/${partition}`;
    },
    lag: watchdog.lag,
    standsStill: () => joined && unreadable === null && watchdog.standsStill(),
    async close() {
      stopping.abort();
      await Promise.all([calling, preparing]);
      await member.close();
      await ended;
    },
  };
}

/** Again and again, a time after the last has ended, until the signal aborts. */
async function repeat(action: () => Promise<void>, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(everyMs, signal);
    if (!signal.aborted) await action();
  }
}
