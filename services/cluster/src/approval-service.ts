import { createApprovalService } from '@countersign/approval-service';
import type { ClusterClient } from '@countersign/internal-http';
import { createWebhooks } from '@countersign/webhook';
import { installationKey } from './process/installation-key.ts';
import { openRemoteVault } from './process/remote-vault.ts';
import { runService } from './process/run-service.ts';
import { signedCallers } from './process/signed-callers.ts';

await runService({
  service: 'approval-service',
  needed: ['COUNTERSIGN_AUDIT_PROJECTOR_URL'],
  openVault: openRemoteVault,
  async compose(parts) {
    const { config, deps, vault } = parts;
    const client = vault.client as ClusterClient;
    const service = createApprovalService(deps, {
      webhooks: createWebhooks({ loopback: config.settings.COUNTERSIGN_HANDLERS_ON_LOOPBACK }),
      key: await installationKey(client, 'access-handlers', deps.logger),
    });
    return { ...signedCallers(parts), service };
  },
});
