import { type EventStore, isStoreError, toNewEvent } from '@countersign/event-store';
import { decide, emptyLedger, evolve, isMeterRejection, type MeterCommand } from '@countersign/metering';
import { seededIds } from '@countersign/testing';
import { AT, planFrom, reserve } from './book-programs.ts';

const entry = planFrom({ counters: { tool_calls: { strict: true, limit: 100_000, period: 'yearly' } } });

/** Gives an organization a first book, of November 2026, with that many outstanding reservations. Answers their ids in order. */
export async function fullBook(
  store: EventStore,
  holds: number,
  organization = 'acme',
): Promise<readonly string[]> {
  const ids = seededIds({ nowMs: () => AT }, 11);
  const commands: MeterCommand[] = [
    { type: 'configure', at: AT, plan: 'team', entry, zone: 'UTC', anchorDay: 1 },
    ...Array.from({ length: holds }, (_, call) => reserve(call)),
  ];
  let ledger = emptyLedger();
  for (const command of commands) {
    const decided = decide(command, ledger);
    if (isMeterRejection(decided)) throw new Error(decided.detail);
    const metadata = { organization, time: new Date(AT).toISOString(), eventId: () => ids.next() };
    const events = decided.map((event, index) => toNewEvent(event, index, metadata));
    const appended = await store.append(`meter-${organization}-1`, ledger.version, events).accepted;
    if (isStoreError(appended)) throw new Error(appended.code);
    ledger = decided.reduce(evolve, ledger);
  }
  await store.whenDurable(store.acceptedPosition);
  return [...ledger.holds.keys()];
}
