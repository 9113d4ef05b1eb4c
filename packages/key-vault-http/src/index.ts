export { keyVaultCalls } from './calls.ts';
export { createHttpKeyVault, fetchInstallationKey } from './http-key-vault.ts';
export type { InstallationPurpose } from './wire.ts';
