export type { Discloser } from './discloser.ts';
export { createDiscloser, SALT_BYTES } from './discloser.ts';
export type { DisclosureMalformed, OpenedDisclosure } from './disclosure.ts';
export { argumentsDigest, disclose, openDisclosure, verifyDisclosure } from './disclosure.ts';
export type { KeyName } from './key-name.ts';
export { keyNameText, monthOf, newKeyId } from './key-name.ts';
export type {
  DataKey,
  KeyPage,
  KeyRecord,
  KeySelection,
  KeyVault,
  MissingKey,
  VaultUnavailable,
} from './key-vault.ts';
export { DEFAULT_LISTED_KEYS, isVaultUnavailable, VAULT_CLOSED } from './key-vault.ts';
export type { ErasedFields, OpenError, Opened, OpenedFields, SealedCorrupt } from './opened.ts';
export { ERASED, isOpenError } from './opened.ts';
export type { SealedEvent } from './recent-events.ts';
export { isSameJson } from './same-json.ts';
export type { Sealer, SealerOptions } from './sealer.ts';
export {
  createSealer,
  DEFAULT_CACHED_KEYS,
  DEFAULT_RECENT_BYTES,
  DEFAULT_RECENT_EVENTS,
  MAX_KEY_TTL_MS,
} from './sealer.ts';
export type { SealingFailed } from './sealing-failed.ts';
export { isSealingFailed } from './sealing-failed.ts';
