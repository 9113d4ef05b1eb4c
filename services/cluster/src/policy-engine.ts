import { readDefaultPolicy } from '@countersign/policy/default';
import { createPolicyEngine } from '@countersign/policy-engine';
import { openRemoteVault } from './process/remote-vault.ts';
import { runService } from './process/run-service.ts';
import { signedCallers } from './process/signed-callers.ts';

await runService({
  service: 'policy-engine',
  needed: ['COUNTERSIGN_AUDIT_PROJECTOR_URL'],
  openVault: openRemoteVault,
  compose: async (parts) => ({
    ...signedCallers(parts),
    service: createPolicyEngine(parts.deps, { defaultPolicy: await readDefaultPolicy() }),
  }),
});
