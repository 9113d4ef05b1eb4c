import { createClusterClient } from '@countersign/internal-http';
import { createHttpKeyVault } from '@countersign/key-vault-http';
import type { ServiceProcess } from './service-process.ts';

/** The vault that audit-projector serves. */
export const openRemoteVault: ServiceProcess<'COUNTERSIGN_AUDIT_PROJECTOR_URL'>['openVault'] = (
  { settings },
  key,
) => {
  const url = new URL(settings.COUNTERSIGN_AUDIT_PROJECTOR_URL);
  const client = createClusterClient({ url, key, nowMs: Date.now });
  return { vault: createHttpKeyVault(client), client };
};
