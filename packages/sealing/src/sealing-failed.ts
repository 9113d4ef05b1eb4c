import type { VaultUnavailable } from './key-vault.ts';

/**
 * What `seal` rejects with when the vault gives no key: nothing was sealed and nothing may be appended (fail closed).
 * An `Error`, because the ledger's `Seal` has no place for an error value; told apart by its `code`.
 */
export interface SealingFailed extends Error {
  readonly code: VaultUnavailable['code'];
  readonly reason: VaultUnavailable['reason'];
}

/** What `seal` rejects with, out of what the vault said. */
export function sealingFailed({ code, reason, detail }: VaultUnavailable): SealingFailed {
  return Object.assign(new Error(detail), { code, reason });
}

/** Whether what was thrown says that the vault gave no key: nothing was stored. */
export function isSealingFailed(cause: unknown): cause is SealingFailed {
  return cause instanceof Error && 'code' in cause && cause.code === 'vault_unavailable';
}
