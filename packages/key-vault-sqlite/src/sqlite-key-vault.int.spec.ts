import { durableKeyVaultConformance, keyVaultConformance } from '@countersign/sealing/conformance';
import { opened, vaultPlace } from './testing/vault-place.ts';

keyVaultConformance('the SQLite vault', async () => opened(vaultPlace()));
durableKeyVaultConformance('the SQLite vault', async () => {
  const place = vaultPlace();
  return { open: async () => opened(place) };
});
