export { durableKeyVaultConformance } from './durable-key-vault.ts';
export { keyVaultConformance } from './key-vault.ts';
