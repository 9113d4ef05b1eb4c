import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { type ClusterKey, clusterKey } from '../cluster-key/cluster-key.ts';

/** The keys of a cluster that nobody else has. */
export function newClusterKey(): ClusterKey {
  return clusterKey(randomBytes(32));
}

/** An Ed25519 pair, as the gateway has one. */
export function newPrincipalKeys() {
  return generateKeyPairSync('ed25519');
}
