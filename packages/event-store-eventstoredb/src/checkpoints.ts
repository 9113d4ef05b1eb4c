import type { CheckpointStore, Position } from '@countersign/event-store';
import { createGiveUp, pause } from './backoff.ts';
import type { LedgerClient } from './client.ts';
import { keepLast, metadataOf, note, writeNotes } from './note-writing.ts';
import { CHECKPOINTS } from './streams.ts';

/**
 * How often a group's checkpoint is written: each write is an event that other subscriptions look at, so that writing
 * after each batch would feed itself.
 */
const WRITE_EVERY_MS = 1_000;

interface Group {
  /** The latest position that was saved here; `null`: none. */
  wanted: Position | null;
  /** What the stream holds, as far as known. */
  written: Position | null;
  /** The stream's version; `null`: not read yet. */
  version: number | null;
  writing: Promise<void> | null;
}

interface Checkpoints extends CheckpointStore {
  /** Writes what is wanted now; resolves when it is, or `givenUp` has. */
  flush(): Promise<void>;
}

/**
 * A stream `checkpoint_<group>` of which the server keeps the last event. Accepted and durable are one here, so a position
 * that was handled is one that survives.
 */
export function createCheckpoints(
  client: Pick<LedgerClient, 'append' | 'lastOf'>,
  givenUp: AbortSignal,
): Checkpoints {
  const groups = new Map<string, Group>();
  const flushing = createGiveUp();
  const groupOf = (name: string): Group => {
    const group = groups.get(name) ?? { wanted: null, written: null, version: null, writing: null };
    groups.set(name, group);
    return group;
  };

  const look = async (name: string, group: Group): Promise<void> => {
    const last = await client.lastOf(`${CHECKPOINTS}${name}`);
    group.version = last?.version ?? 0;
    group.written = last ? (last.data as { position: Position }).position : null;
  };
  const writeOnce = async (name: string, group: Group, position: Position): Promise<void> => {
    if (group.version === null) await look(name, group);
    const stream = `${CHECKPOINTS}${name}`;
    const version = group.version ?? 0;
    if (version === 0) {
      await writeNotes(client, metadataOf(stream), 0, [keepLast(1)], givenUp);
    }
    const written = await writeNotes(client, stream, version, [note('checkpoint.v1', { position })], givenUp);
    if (written) {
      group.version = written.version;
      group.written = position;
      return;
    }
    // Another instance has written. What either has handled is handled: the further one holds.
    await look(name, group);
    if (group.written !== null && group.written >= position) group.wanted = group.written;
  };
  const write = async (name: string, group: Group): Promise<void> => {
    while (group.wanted !== null && group.wanted !== group.written && !givenUp.aborted) {
      const position = group.wanted;
      await writeOnce(name, group, position).catch(() => pause(WRITE_EVERY_MS, givenUp));
      await pause(WRITE_EVERY_MS, flushing.signal);
    }
    group.writing = null;
  };

  return {
    async load(name) {
      const group = groupOf(name);
      if (group.wanted === null) await look(name, group);
      return group.wanted ?? group.written;
    },
    save(name, position) {
      const group = groupOf(name);
      group.wanted = position;
      group.writing ??= write(name, group);
    },
    async flush() {
      flushing.abort();
      await Promise.all([...groups.values()].map((group) => group.writing));
    },
  };
}
