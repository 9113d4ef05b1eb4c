import { expect, it } from 'vitest';
import { type ControlledStore, checkpointsConformance, eventStoreConformance } from '../conformance/index.ts';
import { newEvents } from '../conformance/samples.ts';
import type { EventStore } from '../event-store.ts';
import { createMemoryCheckpoints } from './memory-checkpoints.ts';
import { createMemoryEventStore } from './memory-event-store.ts';

const MAX_EVENT_BYTES = 64 * 1024;
const MAX_BACKLOG_EVENTS = 1_000;

/** A memory store whose "fsync" the test holds, releases or makes fail. */
function openControlled(): ControlledStore {
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  const store = createMemoryEventStore({
    sync: () => gate.promise,
    maxEventBytes: MAX_EVENT_BYTES,
    maxBacklogEvents: MAX_BACKLOG_EVENTS,
  });
  return {
    store,
    async hold() {
      gate = Promise.withResolvers<void>();
      gate.promise.catch(() => {});
    },
    release: async () => gate.resolve(),
    fail: async () => gate.reject(new Error('EIO: fsync')),
    crash: () => reopenDurable(store),
    async dispose() {
      gate.resolve();
      await store.close();
    },
  };
}

/** A new process has what was durable, and nothing else. */
async function reopenDurable(store: EventStore): Promise<ControlledStore> {
  const next = openControlled();
  const { events } = await store.readPage({ limit: Number.MAX_SAFE_INTEGER });
  for (const { stream, version, type, data, metadata } of events) {
    await next.store.append(stream, version - 1, [{ type, data, metadata }]).durable;
  }
  return next;
}

eventStoreConformance('memory', {
  maxEventBytes: MAX_EVENT_BYTES,
  async open() {
    const store = createMemoryEventStore({ maxEventBytes: MAX_EVENT_BYTES });
    return { store, dispose: () => store.close() };
  },
  separateDurability: { open: async () => openControlled(), maxBacklogEvents: MAX_BACKLOG_EVENTS },
});

checkpointsConformance('memory', {
  open: async () => ({ checkpoints: createMemoryCheckpoints(), dispose: async () => {} }),
});

it('refuses an append whose events are too large together, where it is given a limit', async () => {
  const events = newEvents(3);
  const bytes = events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
  for (const [maxAppendBytes, stored] of [
    [bytes - 1, 0],
    [bytes, 3],
  ] as const) {
    const store = createMemoryEventStore({ maxAppendBytes });
    const appended = await store.append('order-1', 'no-stream', events).durable;
    expect('code' in appended && appended).toEqual(
      stored === 0 && { code: 'EventTooLarge', bytes, limit: maxAppendBytes },
    );
    expect(await store.read('order-1')).toHaveLength(stored);
  }
});
