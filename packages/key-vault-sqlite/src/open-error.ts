/** Why the vault can't be opened. The process must not start without it: nothing could be sealed or opened. */
export interface OpenVaultError {
  readonly code:
    | 'vault_in_use'
    | 'vault_corrupt'
    | 'vault_unusable'
    | 'master_key_missing'
    | 'master_key_unreadable'
    | 'master_key_exposed'
    | 'master_key_invalid'
    | 'master_key_mismatch';
  readonly file: string;
  /** Names the file, what is wrong with it and the remedy. */
  readonly detail: string;
}

/** An error that names the file. */
export function openError(code: OpenVaultError['code'], file: string, problem: string): OpenVaultError {
  return { code, file, detail: `${file}: ${problem}` };
}
