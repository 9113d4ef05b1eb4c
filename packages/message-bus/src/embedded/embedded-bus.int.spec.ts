import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { embeddedBusHarness, messageBusConformance } from '../conformance/index.ts';

messageBusConformance('embedded over the memory ledger', async () => {
  const ledger = { store: createMemoryEventStore(), checkpoints: createMemoryCheckpoints() };
  return embeddedBusHarness(ledger, async () => ledger);
});
