import { isStoreError } from '@countersign/event-store';
import { isOpenError, openSqliteEventStore } from '@countersign/event-store-sqlite';
import { seededIds } from '@countersign/testing';

/**
 * Appends to the ledger of a stopped installation what a faulty version of it might have written: a change of a user's
 * registration whose `roles` is one role's name and not a list. It can be read; what needs the roles throws.
 */
export async function breakRegistration(
  directory: string,
  organization: string,
  user: string,
): Promise<void> {
  const store = await openSqliteEventStore({ directory });
  if (isOpenError(store)) throw new Error(store.detail);
  const stream = `user-${organization}:${user}` as const;
  const events = await store.read(stream);
  const last = events.at(-1);
  if (!last) throw new Error(`${user} is not registered`);
  const now = Date.now();
  const appended = await store.append(stream, last.version, [
    {
      type: 'user-changed.v1',
      data: { ...last.data, roles: 'owner' },
      metadata: {
        id: seededIds({ nowMs: () => now }).next(),
        time: new Date(now).toISOString(),
        organization,
      },
    },
  ]).durable;
  if (isStoreError(appended)) throw new Error(appended.code);
  await store.close();
}
