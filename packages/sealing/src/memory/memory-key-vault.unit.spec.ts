import { keyVaultConformance } from '../conformance/index.ts';
import { createMemoryKeyVault } from './index.ts';

keyVaultConformance('the memory vault', async () => createMemoryKeyVault());
