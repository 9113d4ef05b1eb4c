import type { KeyObject } from 'node:crypto';
import type { ClusterClient } from '@countersign/internal-http';
import { fetchInstallationKey, type InstallationPurpose } from '@countersign/key-vault-http';
import type { Logger } from '@countersign/telemetry';

/** Between two tries to get the installation's keys at a start. */
const RETRY_MS = 1_000;

/** A key that all instances derive the same tokens, digests and secrets from, however long audit-projector takes to be there. */
export async function installationKey(
  client: ClusterClient,
  purpose: InstallationPurpose,
  logger: Logger,
): Promise<KeyObject> {
  for (;;) {
    const key = await fetchInstallationKey(client, purpose);
    if (!('code' in key)) return key;
    logger.warn({ why: key.detail }, 'audit-projector can not be reached; it is tried again');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
