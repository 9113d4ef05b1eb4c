import type { VaultUnavailable } from '@countersign/sealing';

/** The extended result code of an SQLite error, `undefined` for any other. */
export function sqliteCode(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return undefined;
  return cause.code.startsWith('SQLITE_') ? cause.code : undefined;
}

/** What a failed operation means. Nothing of it was stored: it ran in a transaction. */
export function sqliteFailure(file: string, cause: unknown): VaultUnavailable {
  const code = sqliteCode(cause) ?? '';
  if (code === 'SQLITE_FULL') {
    return unavailable('full', `${file}: no space is left for a key; free disk space`);
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return unavailable(
      'read_only',
      `${file}: the key vault can't be written; check rights and mount options`,
    );
  }
  if (code.startsWith('SQLITE_BUSY')) return inUse(file);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return damaged(file);
  return unavailable(
    'failed',
    `${file}: the key vault failed (${code || cause}); check the disk and start again`,
  );
}

/** Another process holds what is needed for longer than anybody should; it may be done in a moment. */
export function inUse(file: string): VaultUnavailable {
  return unavailable('unreachable', `${file}: another process keeps the key vault to itself; repeat it`);
}

/** What is said of a file that SQLite finds damaged. */
export function damaged(file: string): VaultUnavailable {
  return unavailable('corrupt', `${file}: the key vault is damaged; restore it from its backup`);
}

/**
 * Whether the vault must stop at this failure. After a failed fsync the system may call a later one good although the
 * data is gone, so an I/O error is never retried; a full or read-only disk may be mended.
 */
export function isFinal({ reason }: VaultUnavailable): boolean {
  return reason === 'corrupt' || reason === 'failed';
}

function unavailable(reason: VaultUnavailable['reason'], detail: string): VaultUnavailable {
  return { code: 'vault_unavailable', reason, detail };
}
