import type { OutcomeRequest } from '../model/outcome.ts';
import type { ExecutionStart, JournalEntry } from './journal.ts';

/** Keys remembered at most. Forgetting one is safe: what is not known is not executed. */
const MAX_KEYS = 1_000;

/**
 * What one client knows of keys while its process lives: which it made itself, so that nobody executed them before,
 * and which it began to execute. Calls whose outcome is recorded are forgotten; the server knows them.
 */
export interface KeyMemory {
  /** The key was made here, just now. */
  own(key: string): void;
  isOwn(key: string): boolean;
  began(key: string, start: ExecutionStart): void;
  ended(key: string, outcome: OutcomeRequest): void;
  get(key: string): JournalEntry | undefined;
  forget(key: string): void;
}

/** An empty memory, which forgets the oldest key beyond `maxKeys`. */
export function createKeyMemory(maxKeys: number = MAX_KEYS): KeyMemory {
  const notes = new Map<string, JournalEntry | 'own'>();

  const note = (key: string, what: JournalEntry | 'own'): void => {
    notes.delete(key); // A map keeps its order; the newest goes to the end.
    notes.set(key, what);
    for (const oldest of notes.keys()) {
      if (notes.size <= maxKeys) break;
      notes.delete(oldest);
    }
  };
  const entry = (key: string): JournalEntry | undefined => {
    const known = notes.get(key);
    return known === 'own' ? undefined : known;
  };

  return {
    own: (key) => note(key, 'own'),
    isOwn: (key) => notes.get(key) === 'own',
    began: (key, { callId, permit }) => note(key, { callId, permit }),
    ended(key, outcome) {
      const begun = entry(key);
      if (begun !== undefined) note(key, { ...begun, outcome });
    },
    get: entry,
    forget: (key) => void notes.delete(key),
  };
}
