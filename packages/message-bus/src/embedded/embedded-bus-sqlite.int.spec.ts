import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpenError, openSqliteEventStore } from '@countersign/event-store-sqlite';
import { embeddedBusHarness, messageBusConformance } from '../conformance/index.ts';

async function openLedger(directory: string) {
  const store = await openSqliteEventStore({ directory });
  if (isOpenError(store)) throw new Error(store.code);
  return { store, checkpoints: store };
}

messageBusConformance('embedded over the SQLite ledger', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'bus-'));
  let ledger = await openLedger(directory);
  const harness = embeddedBusHarness(ledger, async () => {
    await ledger.store.close();
    ledger = await openLedger(directory);
    return ledger;
  });
  return {
    ...harness,
    get bus() {
      return harness.bus;
    },
    async close() {
      await ledger.store.close();
      rmSync(directory, { recursive: true });
    },
  };
});
