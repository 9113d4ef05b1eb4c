import type { ExecutionStart, Journal, JournalEntry, OutcomeRequest } from '../src/index.ts';

/** A journal that outlives clients, as a database would outlive processes. */
export function createMemoryJournal(): Journal & { readonly entries: ReadonlyMap<string, JournalEntry> } {
  const entries = new Map<string, JournalEntry>();
  return {
    entries,
    async begin(key: string, start: ExecutionStart) {
      if (entries.has(key)) return false;
      entries.set(key, { callId: start.callId, permit: start.permit });
      return true;
    },
    get: async (key: string) => entries.get(key),
    async end(key: string, outcome: OutcomeRequest) {
      const begun = entries.get(key);
      if (!begun) throw new Error('ended before it began');
      entries.set(key, { ...begun, outcome });
    },
  };
}
