import { randomBytes } from 'node:crypto';
import { type KeyName, keyNameText, newKeyId } from '../key-name.ts';
import {
  type DataKey,
  DEFAULT_LISTED_KEYS,
  type KeyRecord,
  type KeySelection,
  type KeyVault,
  VAULT_CLOSED,
} from '../key-vault.ts';

interface Entry {
  readonly name: KeyName;
  bytes: Buffer | null;
}

/** The reference behaviour of the port. Keeps nothing: for tests. */
export function createMemoryKeyVault(): KeyVault {
  const entries = new Map<string, Entry>();
  const live = new Map<string, string>();
  const listeners: ((ids: readonly string[]) => void)[] = [];
  let closed = false;

  const give = (id: string, bytes: Buffer): DataKey => ({ id, bytes: Buffer.from(bytes) });

  const create = (name: KeyName): string => {
    const id = newKeyId(name);
    const { organization, subject, month, retention } = name;
    entries.set(id, { name: { organization, subject, month, retention }, bytes: randomBytes(32) });
    live.set(keyNameText(name), id);
    return id;
  };

  return {
    async key(name) {
      if (closed) return VAULT_CLOSED;
      const id = live.get(keyNameText(name)) ?? create(name);
      return give(id, entries.get(id)!.bytes!);
    },

    async peek(id) {
      if (closed) return VAULT_CLOSED;
      const entry = entries.get(id);
      if (!entry) return { id, missing: 'unknown' };
      return entry.bytes ? give(id, entry.bytes) : { id, missing: 'destroyed' };
    },

    async destroy(selection) {
      if (closed) return VAULT_CLOSED;
      const destroyed: string[] = [];
      for (const [id, entry] of entries) {
        if (!entry.bytes || !matches(selection, id, entry.name)) continue;
        entry.bytes.fill(0);
        entry.bytes = null;
        live.delete(keyNameText(entry.name));
        destroyed.push(id);
      }
      if (destroyed.length > 0) for (const listener of listeners) listener(destroyed);
      return { destroyed };
    },

    async list(selection, { after = '', limit = DEFAULT_LISTED_KEYS } = {}) {
      if (closed) return VAULT_CLOSED;
      const found = [...entries]
        .filter(([id, entry]) => id > after && matches(selection, id, entry.name))
        .map(([id, entry]): KeyRecord => ({ id, ...entry.name, destroyed: entry.bytes === null }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const keys = found.slice(0, limit);
      return { keys, next: found.length > limit ? keys.at(-1)!.id : null };
    },

    onDestroyed(listener) {
      listeners.push(listener);
    },

    async close() {
      closed = true;
    },
  };
}

function matches(selection: KeySelection, id: string, name: KeyName): boolean {
  return (
    selection.organization === name.organization &&
    (selection.subject ?? name.subject) === name.subject &&
    (selection.month ?? name.month) === name.month &&
    (selection.retention ?? name.retention) === name.retention &&
    (selection.id ?? id) === id
  );
}
