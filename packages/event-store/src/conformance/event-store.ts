import { afterEach, describe } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { appendConformance } from './append.ts';
import { closeConformance } from './close.ts';
import { crashConformance } from './crash.ts';
import type { ControlledStore, EventStoreHarness, StoreUnderTest } from './harness.ts';
import { idempotenceConformance } from './idempotence.ts';
import { pageConformance } from './pages.ts';
import { readConformance } from './reading.ts';
import { subscriptionConformance } from './subscribing.ts';
import { subscriptionRaceConformance } from './subscription-races.ts';
import { visibilityConformance } from './visibility.ts';

/**
 * The behaviour of the ledger port. Every adapter passes it unchanged; an adapter with separate durability also shows
 * the rules of accepted and durable.
 */
export function eventStoreConformance(name: string, harness: EventStoreHarness): void {
  describe(`EventStore: ${name}`, () => {
    let opened: StoreUnderTest[] = [];
    afterEach(async () => {
      const ending = opened;
      opened = [];
      for (const each of ending) await each.dispose();
    });
    const open = async (): Promise<EventStore> => {
      const each = await harness.open();
      opened.push(each);
      return each.store;
    };

    appendConformance(open, harness.maxEventBytes);
    idempotenceConformance(open);
    readConformance(open);
    pageConformance(open);
    subscriptionConformance(open);
    subscriptionRaceConformance(open);
    closeConformance(open);

    const { separateDurability } = harness;
    if (!separateDurability) return;
    const openControlled = async (): Promise<ControlledStore> => {
      const each = await separateDurability.open();
      opened.push(each);
      return each;
    };
    const keep = (each: ControlledStore) => {
      opened.push(each);
      return each;
    };
    visibilityConformance(openControlled, separateDurability.maxBacklogEvents);
    crashConformance(openControlled, keep);
  });
}
