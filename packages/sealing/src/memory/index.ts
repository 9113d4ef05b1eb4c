export { createMemoryKeyVault } from './memory-key-vault.ts';
