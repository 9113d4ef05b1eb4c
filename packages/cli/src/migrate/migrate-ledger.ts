import { type EventStoreDbEventStore, openEventStoreDb } from '@countersign/event-store-eventstoredb';
import type { SqliteEventStore } from '@countersign/event-store-sqlite';
import { EXIT } from '../exit-code.ts';
import type { Progress } from '../terminal/progress.ts';
import { copyEvents } from './copy-events.ts';
import { compareKeys, copyKeys, type KeyCounts, type KeyFiles } from './copy-keys.ts';
import { handOver } from './handover.ts';
import { differs, refuse } from './migration-error.ts';
import { openSource } from './open-source.ts';
import { copyParked } from './parked-events.ts';
import { type Comparison, compareLedgers } from './verify.ts';

/** From where to where a ledger and its keys are copied. */
export interface Migration {
  /** Data directory or backup. */
  readonly source: string;
  readonly keys: KeyFiles;
  readonly eventstore: string;
  readonly vault: string;
}

/** What a migration came to. */
export interface Migrated {
  /** Events that an earlier run had copied, and those of this one. */
  readonly present: number;
  readonly copied: number;
  readonly compared: Comparison;
  readonly keys: KeyCounts;
  readonly parked: number;
  /** Position in the target behind which relays begin to publish. */
  readonly relaysFrom: number;
}

/** Copies and compares; ends the verb with what is in the way or different. What was interrupted goes on. */
export async function migrateLedger(migration: Migration, progress: Progress): Promise<Migrated> {
  const source = await openSource(migration.source);
  try {
    const target = await openTarget(migration.eventstore);
    try {
      return await migrate(source.store, target, migration, progress);
    } finally {
      await target.close();
    }
  } finally {
    await progress.end();
    await source.close();
  }
}

async function openTarget(url: string): Promise<EventStoreDbEventStore> {
  const target = await openEventStoreDb({ url });
  return 'code' in target
    ? refuse(target.code, target.detail, 'name a store that answers', EXIT.unreachable)
    : target;
}

async function migrate(
  source: SqliteEventStore,
  target: EventStoreDbEventStore,
  { keys, vault }: Migration,
  progress: Progress,
): Promise<Migrated> {
  const total = source.durablePosition;
  const report = (stage: string) => (done: number) => progress.report(stage, done, total);
  // Keys first: an event without its key would be a secret that nobody can open.
  await copyKeys(keys, vault);
  const copied = await copyEvents(source, target, report('copying events'));
  const parked = await source.list();
  const handled = handledByAll(source);
  const wanted = new Set([handled, ...parked.map(({ position }) => position)]);
  const compared = await compareLedgers(source, target, wanted, report('comparing events'));
  const { source: left, target: right, problems } = compared;
  if (problems.length > 0 || left.digest !== right.digest) {
    differs(
      `the target is no copy: ${left.events} events, digest ${left.digest}, against ${right.events}, digest ${right.digest}`,
      'do not use the target; begin anew with an empty one',
      problems,
    );
  }
  const counts = await compareKeys(keys, vault, compared.keys);
  await copyParked(parked, target, compared.positions);
  const relaysFrom = compared.positions.get(handled) ?? 0;
  await handOver(target, relaysFrom);
  return { ...copied, compared, keys: counts, parked: parked.length, relaysFrom };
}

/** Up to where every reactor of the source has handled what concerns it. */
function handledByAll(source: SqliteEventStore): number {
  const positions = [...source.checkpoints().values()];
  return positions.length === 0 ? 0 : Math.min(...positions);
}
