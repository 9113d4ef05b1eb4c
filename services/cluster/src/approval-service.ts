import { createApprovalService } from '@countersign/approval-service';
import { openRemoteVault } from './process/remote-vault.ts';
import { runService } from './process/run-service.ts';
import { signedCallers } from './process/signed-callers.ts';

await runService({
  service: 'approval-service',
  needed: ['COUNTERSIGN_AUDIT_PROJECTOR_URL'],
  openVault: openRemoteVault,
  compose: (parts) => ({ ...signedCallers(parts), service: createApprovalService(parts.deps) }),
});
