import type { KeyObject } from 'node:crypto';
import { type ClusterCall, clusterCall } from '@countersign/internal-http';
import type { DataKey, KeySelection, KeyVault } from '@countersign/sealing';
import {
  type InstallationPurpose,
  keyId,
  keyName,
  listing,
  PATHS,
  purpose,
  selection,
  toWire,
} from './wire.ts';

/**
 * What a service offers that has the vault: each method of the port as a call, and the keys that the installation derives
 * from its master key.
 */
export function keyVaultCalls(
  vault: KeyVault,
  installationKeys: Readonly<Record<InstallationPurpose, KeyObject>>,
): readonly ClusterCall[] {
  return [
    clusterCall(PATHS.key, keyName, async (name) => written(await vault.key(name))),
    clusterCall(PATHS.peek, keyId, async ({ id }) => written(await vault.peek(id))),
    clusterCall(PATHS.destroy, selection, (given) => vault.destroy(given as KeySelection)),
    clusterCall(PATHS.list, listing, ({ selection: given, after, limit }) =>
      vault.list(given as KeySelection, {
        ...(after === undefined ? {} : { after }),
        ...(limit === undefined ? {} : { limit }),
      }),
    ),
    clusterCall(PATHS.installationKey, purpose, (asked) => ({
      bytes: toWire(installationKeys[asked.purpose].export()),
    })),
  ];
}

/** Bytes as text; everything else of an answer is as it is. */
function written<Other extends object>(answer: DataKey | Other): object {
  return 'bytes' in answer ? { id: answer.id, bytes: toWire(answer.bytes) } : answer;
}
