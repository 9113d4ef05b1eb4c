import type { KeyName } from './key-name.ts';

/** A data key. `id` is what `SealedFields.key` says; it is pseudonymous and may stand in the clear. */
export interface DataKey {
  readonly id: string;
  /** 32 bytes, AES-256. A copy: the holder may not write to it. */
  readonly bytes: Uint8Array;
}

/** There is no such key: it was destroyed, or this vault never had it (lost, or older than the event). */
export interface MissingKey {
  readonly id: string;
  readonly missing: 'destroyed' | 'unknown';
}

/** The vault can't answer now. Never a statement about the key: nothing may be called erased because of it. */
export interface VaultUnavailable {
  readonly code: 'vault_unavailable';
  readonly reason: 'closed' | 'corrupt' | 'failed' | 'full' | 'read_only' | 'unreachable';
  /** What happened and what to do about it; holds no key. */
  readonly detail: string;
}

/** Which keys of an organization: those that match every given part. */
export interface KeySelection {
  readonly organization: string;
  readonly subject?: string;
  readonly month?: string;
  readonly retention?: string;
  /** One key: to repeat a recorded destruction on a restored vault without hitting newer keys of the same name. */
  readonly id?: string;
}

/** A key as it is listed: never its bytes. */
export interface KeyRecord extends KeyName {
  readonly id: string;
  readonly destroyed: boolean;
}

/** The keys in the order of their ids; `next` continues after the page, `null` at the end. */
export interface KeyPage {
  readonly keys: readonly KeyRecord[];
  readonly next: string | null;
}

/** Default size of a page of `list`. */
export const DEFAULT_LISTED_KEYS = 1000;

/**
 * Keeps the data keys, apart from ledger and bus. Every adapter passes the conformance suite unchanged.
 * All methods resolve, never reject; errors are values.
 */
export interface KeyVault {
  /**
   * The live key of a name, made on first use and durable before it is given out. Concurrent asks get the same key.
   * After a destruction the name gets a new key with another id; the old id stays destroyed for ever.
   */
  key(name: KeyName): Promise<DataKey | VaultUnavailable>;

  /** The key of an id, for opening. Makes none. */
  peek(id: string): Promise<DataKey | MissingKey | VaultUnavailable>;

  /**
   * Destroys the live keys of a selection for good. When it resolves, no file of the vault holds them, listeners have
   * been told, and no answer that is still to come has them. Resolves with the ids that this call destroyed. After an
   * error some may be destroyed and their bytes still be in a file: repeat it.
   */
  destroy(selection: KeySelection): Promise<{ readonly destroyed: readonly string[] } | VaultUnavailable>;

  /** Live and destroyed keys, without their bytes. `after` is the `next` of the page before. */
  list(
    selection: KeySelection,
    page?: { readonly after?: string; readonly limit?: number },
  ): Promise<KeyPage | VaultUnavailable>;

  /**
   * Calls `listener` with the ids of destroyed keys, before `destroy` resolves: caches drop them at once. Only this
   * process' destructions are told; caches need a time limit for those of others. Lasts as long as the vault.
   */
  onDestroyed(listener: (ids: readonly string[]) => void): void;

  /** Later calls answer `vault_unavailable`, reason `closed`. */
  close(): Promise<void>;
}

/** Tells that the vault did not answer from what it answers. */
export function isVaultUnavailable(value: object): value is VaultUnavailable {
  return 'code' in value && value.code === 'vault_unavailable';
}

/** What every vault says after `close`. */
export const VAULT_CLOSED: VaultUnavailable = {
  code: 'vault_unavailable',
  reason: 'closed',
  detail: 'the key vault is closed',
};
