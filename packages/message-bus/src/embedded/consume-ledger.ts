import type { CheckpointStore, EventBatch, EventStore, Subscription } from '@countersign/event-store';
import { createGapTracker } from '../gap-tracker.ts';
import type { Message } from '../message.ts';
import type { ConsumeOptions, Consumer, Consumption } from '../message-bus.ts';
import { createProgress } from '../progress.ts';

interface LedgerConsumption {
  readonly store: EventStore;
  readonly checkpoints: CheckpointStore;
  /** Groups that run in this process; this one is among them until it has ended. */
  readonly groups: Set<string>;
  readonly group: string;
  readonly categories: readonly string[];
  readonly select: (batch: EventBatch) => readonly Message[];
  readonly consumer: Consumer;
  readonly onAssigned: ConsumeOptions['onAssigned'];
  readonly checkpointEveryMs: number;
}

/**
 * A group's subscription to the ledger: begins at its checkpoint and moves it up to the first message not settled.
 * @throws RangeError if the group runs already
 */
export function consumeLedger(options: LedgerConsumption): Consumption {
  const { store, checkpoints, groups, group, categories, select, consumer, checkpointEveryMs } = options;
  if (groups.has(group)) throw new RangeError(`group "${group}" is consumed in this process already`);
  groups.add(group);
  const progress = createProgress(0);
  let gaps = createGapTracker(0);
  let saved = 0;

  const save = () => {
    const position = gaps.checkpoint();
    if (position > saved) checkpoints.save(group, position);
    saved = position;
  };
  const settle = (message: Message) => {
    gaps.settled(message.position);
    progress.advance(gaps.checkpoint());
  };
  const deliver = (batch: EventBatch): void | Promise<void> => {
    const messages = select(batch);
    const positions = messages.map((message) => message.position);
    gaps.delivered(positions, batch.position);
    progress.advance(gaps.checkpoint());
    return messages.length === 0 ? undefined : consumer(messages, settle, settle);
  };

  const start = async (): Promise<Subscription> => {
    saved = (await checkpoints.load(group)) ?? 0;
    gaps = createGapTracker(saved);
    progress.advance(saved);
    // The whole group is here, so its share is never another.
    await options.onAssigned?.();
    const subscription = store.subscribe({ after: saved, visibility: 'accepted', categories }, deliver);
    const timer = setInterval(save, checkpointEveryMs);
    timer.unref();
    void subscription.ended.then(() => clearInterval(timer));
    return subscription;
  };
  const starting = start();
  const ended = starting
    .then(
      (subscription) => subscription.ended,
      (cause: Error) => cause,
    )
    .finally(() => groups.delete(group));
  const caughtUp = starting.then((subscription) => subscription.caughtUp);
  // Whoever does not ask for it is not to be ended by its rejection.
  caughtUp.catch(() => {});

  return {
    caughtUp,
    ended,
    position: progress.position,
    reached: progress.reached,
    outstanding: () => gaps.outstanding(),
    async close() {
      const subscription = await starting.catch(() => null);
      await subscription?.close();
      // A group that stopped by an error moves its checkpoint no further: a store that failed takes no writes.
      if ((await ended) === null) save();
    },
  };
}
