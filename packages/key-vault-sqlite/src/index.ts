export type { BackupFailed } from './file/backup.ts';
export { isWholeByItself } from './file/backup.ts';
export { deriveInstallationKey } from './master-key/derived-key.ts';
export { newMasterKeyText } from './master-key/master-key-file.ts';
export type { OpenVaultError } from './open-error.ts';
export type { VaultFiles } from './open-vault.ts';
export type { SqliteKeyVault } from './sqlite-key-vault.ts';
export { openSqliteKeyVault } from './sqlite-key-vault.ts';
