import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createAuditProjector } from '@countersign/audit-projector';
import { refuseStart } from '@countersign/hosting';
import { serveCluster } from '@countersign/internal-http';
import { type InstallationPurpose, keyVaultCalls } from '@countersign/key-vault-http';
import { deriveInstallationKey, openSqliteKeyVault } from '@countersign/key-vault-sqlite';
import { auditCalls } from '@countersign/service';
import { runService } from './process/run-service.ts';
import { signedCallers } from './process/signed-callers.ts';

await runService({
  service: 'audit-projector',
  needed: ['COUNTERSIGN_MASTER_KEY_FILE'],
  openVault({ dataDirectory, settings }) {
    const directory = settings.COUNTERSIGN_VAULT_DIR ?? dataDirectory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const vault = openSqliteKeyVault({
      file: join(directory, 'keys.sqlite'),
      masterKeyFile: settings.COUNTERSIGN_MASTER_KEY_FILE,
      createMasterKey: false,
      shared: true,
    });
    if ('code' in vault) refuseStart(vault.detail);
    return { vault, client: null };
  },
  compose(parts) {
    const { config, deps, key, publisher, vault } = parts;
    const service = createAuditProjector(deps, { publisher, vault: vault.vault });
    const installationKey = (purpose: InstallationPurpose) => {
      const derived = deriveInstallationKey(config.settings.COUNTERSIGN_MASTER_KEY_FILE, purpose);
      return 'code' in derived ? refuseStart(derived.detail) : derived;
    };
    const keys = {
      permits: installationKey('permits'),
      'argument-shapes': installationKey('argument-shapes'),
      'access-handlers': installationKey('access-handlers'),
    };
    return {
      ...signedCallers(parts),
      service,
      // Before the state is rebuilt: the other services wait for the vault to rebuild theirs.
      routes: (app) =>
        serveCluster(app, { key, nowMs: deps.clock.nowMs }, [
          ...keyVaultCalls(vault.vault, keys),
          ...auditCalls(service),
        ]),
      close: () => service.close(),
    };
  },
});
