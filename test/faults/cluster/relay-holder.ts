import { openEventStoreDb } from '@countersign/event-store-eventstoredb';
import type { ServiceName } from '@countersign/infra-cluster';

/** The instance that has a relay's lease by its last renewal; `null` if it was given up. */
export async function relayHolder(storeUrl: string, service: ServiceName): Promise<string | null> {
  const store = await openEventStoreDb({ url: storeUrl });
  if ('code' in store) throw new Error(store.detail);
  try {
    const last = (await store.read(`lease-relay.${service}`)).at(-1);
    return last && last.data.released !== true ? String(last.data.holder) : null;
  } finally {
    await store.close();
  }
}
