import type { EventStore } from '@countersign/event-store';
import { checkpointsConformance, eventStoreConformance } from '@countersign/event-store/conformance';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { serve } from '@countersign/event-store-grpc/testing';
import { isOpenError, openSqliteEventStore } from '@countersign/event-store-sqlite';
import { temporaryDirectory } from '@countersign/testing';
import { opened } from './testing/opened.ts';

const MAX_EVENT_BYTES = 64 * 1024;
const limits = { maxEventBytes: MAX_EVENT_BYTES };

/** A ledger of this repository, to be served over the protocol. */
interface Served {
  readonly store: EventStore;
  remove(): Promise<void>;
}

async function sqlite(): Promise<Served> {
  const directory = await temporaryDirectory();
  const store = await openSqliteEventStore({ directory: directory.path });
  if (isOpenError(store)) throw new Error(store.detail);
  return { store, remove: async () => directory[Symbol.asyncDispose]() };
}

async function memory(): Promise<Served> {
  return { store: createMemoryEventStore(), remove: async () => {} };
}

/**
 * The adapter and the server of this repository against each other: proves them consistent with one another and with the
 * official client between them, not with EventStoreDB's server.
 */
for (const [name, make] of [
  ['memory', memory],
  ['sqlite', sqlite],
] as const) {
  const start = async () => {
    const { store, remove } = await make();
    const server = await serve(store);
    const end = async () => {
      await server.close();
      await store.close();
      await remove();
    };
    return { server, end };
  };

  eventStoreConformance(`eventstoredb, against the protocol over ${name}`, {
    maxEventBytes: MAX_EVENT_BYTES,
    async open() {
      const { server, end } = await start();
      const store = await opened(server.port, limits);
      return {
        store,
        async dispose() {
          await store.close();
          await end();
        },
      };
    },
  });

  checkpointsConformance(`eventstoredb, against the protocol over ${name}`, {
    async open() {
      const { server, end } = await start();
      const open = async () => {
        const checkpoints = await opened(server.port);
        return {
          checkpoints,
          async reopen() {
            await checkpoints.close();
            return open();
          },
          dispose: () => checkpoints.close(),
        };
      };
      const first = await open();
      return {
        ...first,
        async dispose() {
          await first.dispose();
          await end();
        },
      };
    },
  });
}
