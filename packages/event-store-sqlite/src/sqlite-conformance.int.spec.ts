import {
  type CheckpointsUnderTest,
  type ControlledStore,
  checkpointsConformance,
  eventStoreConformance,
} from '@countersign/event-store/conformance';
import type { SqliteEventStoreOptions } from './options.ts';
import { controlDisk } from './testing/controlled-disk.ts';
import { newDirectory, openLedger, removeDirectory } from './testing/open-ledger.ts';

const MAX_EVENT_BYTES = 64 * 1024;
const MAX_BACKLOG_EVENTS = 1_000;

async function openControlled(
  directory: string,
  limits: Partial<SqliteEventStoreOptions>,
): Promise<ControlledStore> {
  const store = await openLedger({
    directory,
    lockTimeoutMs: 60_000,
    maxBacklogEvents: MAX_BACKLOG_EVENTS,
    ...limits,
  });
  const disk = controlDisk(directory);
  let ended: Promise<void> | null = null;
  const end = () => {
    ended ??= store.close().then(disk.close);
    return ended;
  };
  return {
    store,
    hold: async () => disk.hold(),
    release: async () => disk.release(),
    fail: async () => disk.fail(),
    async crash() {
      disk.fail();
      store.append('crash-now', 'no-stream', [
        {
          type: 'crash',
          data: {},
          metadata: { id: 'c', time: '2026-03-01T12:00:00.000Z', organization: 'acme' },
        },
      ]);
      await store.failed;
      disk.repair();
      await end();
      return openControlled(directory, limits);
    },
    async dispose() {
      disk.release();
      await end();
      removeDirectory(directory);
    },
  };
}

/** The suite with usual limits, and with a tail and a head cache so small that nearly everything comes from disk. */
for (const [name, limits] of [
  ['sqlite', {}],
  ['sqlite with almost no memory', { tailEvents: 3, cachedHeads: 1 }],
] as const) {
  eventStoreConformance(name, {
    maxEventBytes: MAX_EVENT_BYTES,
    async open() {
      const directory = newDirectory();
      const store = await openLedger({ directory, maxEventBytes: MAX_EVENT_BYTES, ...limits });
      return {
        store,
        async dispose() {
          await store.close();
          removeDirectory(directory);
        },
      };
    },
    separateDurability: {
      open: () => openControlled(newDirectory(), limits),
      maxBacklogEvents: MAX_BACKLOG_EVENTS,
    },
  });
}

async function openCheckpoints(directory: string): Promise<CheckpointsUnderTest> {
  const checkpoints = await openLedger({ directory });
  return {
    checkpoints,
    async reopen() {
      await checkpoints.close();
      return openCheckpoints(directory);
    },
    async dispose() {
      await checkpoints.close();
      removeDirectory(directory);
    },
  };
}

checkpointsConformance('sqlite', { open: () => openCheckpoints(newDirectory()) });
