import { checkpointsConformance, eventStoreConformance } from '@countersign/event-store/conformance';
import { describe, expect, it, vi } from 'vitest';
import { opened } from '../testing/opened.ts';
import { hasContainerEngine, startContainedServer } from './server.ts';

const MAX_EVENT_BYTES = 64 * 1024;

// A server for each test: the ledger has to be empty.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

if (hasContainerEngine()) {
  eventStoreConformance('eventstoredb, against EventStoreDB 24.10', {
    maxEventBytes: MAX_EVENT_BYTES,
    async open() {
      const server = await startContainedServer();
      const store = await opened(server.port, { maxEventBytes: MAX_EVENT_BYTES });
      return {
        store,
        async dispose() {
          await store.close();
          await server.stop();
        },
      };
    },
  });

  checkpointsConformance('eventstoredb, against EventStoreDB 24.10', {
    async open() {
      const server = await startContainedServer();
      const checkpoints = await opened(server.port);
      return {
        checkpoints,
        async dispose() {
          await checkpoints.close();
          await server.stop();
        },
      };
    },
  });
} else {
  describe('eventstoredb, against EventStoreDB 24.10', () => {
    it('was NOT run: no container engine answers here; what is proven without it says the README', () => {
      expect(hasContainerEngine()).toBe(false);
    });
  });
}
