export {
  CALL_TIMEOUT_MS,
  type ClusterClient,
  type ClusterClientOptions,
  createClusterClient,
  isUnreachable,
  type Unreachable,
} from './cluster-call/client.ts';
export { type ClusterCall, clusterCall, serveCluster } from './cluster-call/serve.ts';
export { type ClusterKey, readClusterKey } from './cluster-key/cluster-key.ts';
export { PROOF_WINDOW_MS } from './cluster-key/proof.ts';
export { type KeyFileError, readPublicFile, readSecretFile } from './key-file.ts';
export { createAuthenticateSigned, createSigner, type SignFor } from './principal/authenticate.ts';
export { readSigningKey, readVerifyingKey } from './principal/principal-keys.ts';
export { CLOCK_SKEW_S, PRINCIPAL_TTL_S } from './principal/signed-principal.ts';
export {
  codeOf,
  createUpstream,
  isNotSent,
  type Upstream,
  type UpstreamAnswer,
  type UpstreamRequest,
} from './upstream.ts';
