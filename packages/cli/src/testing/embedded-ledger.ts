import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { SealedFields } from '@countersign/event-sourcing';
import type { NewEvent } from '@countersign/event-store';
import { isOpenError, openSqliteEventStore, type SqliteEventStore } from '@countersign/event-store-sqlite';
import { openSqliteKeyVault, type SqliteKeyVault } from '@countersign/key-vault-sqlite';

/** What a stopped installation leaves, made by hand: a ledger and its key vault. */
export interface EmbeddedLedger extends AsyncDisposable {
  readonly store: SqliteEventStore;
  readonly vault: SqliteKeyVault;
  /** Appends one event to a stream; answers its position. */
  add(stream: string, version: number, sealed?: SealedFields): Promise<number>;
}

/** The ledger and keys of a data directory; throws where they can't be opened. */
export async function openEmbeddedLedger(directory: string): Promise<EmbeddedLedger> {
  const store = await openSqliteEventStore({ directory });
  if (isOpenError(store)) throw new Error(store.detail);
  const vault = openSqliteKeyVault({
    file: join(directory, 'keys.sqlite'),
    masterKeyFile: join(directory, 'master.key'),
    createMasterKey: true,
  });
  if ('code' in vault) throw new Error(vault.detail);
  return {
    store,
    vault,
    async add(stream, version, sealed) {
      const appended = await store.append(stream, version === 1 ? 'no-stream' : version - 1, [
        sampleEvent(version, sealed),
      ]).durable;
      if ('code' in appended) throw new Error(appended.code);
      return appended.position;
    },
    async [Symbol.asyncDispose]() {
      await vault.close();
      await store.close();
    },
  };
}

/** An event with texts and values that a copy may get wrong. */
export function sampleEvent(n: number, sealed?: SealedFields): NewEvent {
  const metadata = { id: randomUUID(), time: '2026-03-01T12:00:00.000Z', organization: 'acme' };
  const more = n % 2 === 0 ? { correlation: 'call-1', causation: 'event-1' } : {};
  return {
    type: 'sample-taken.v1',
    data: { n, text: 'Ä\u2028', absent: null },
    ...(sealed ? { sealed } : {}),
    metadata: { ...metadata, ...more },
  };
}
