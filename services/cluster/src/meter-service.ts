import { createMeterService } from '@countersign/meter-service';
import { openRemoteVault } from './process/remote-vault.ts';
import { runService } from './process/run-service.ts';
import { signedCallers } from './process/signed-callers.ts';
import { timesOf } from './process/times.ts';

await runService({
  service: 'meter-service',
  needed: ['COUNTERSIGN_AUDIT_PROJECTOR_URL'],
  openVault: openRemoteVault,
  compose(parts) {
    const { settings, access } = parts.config;
    return {
      ...signedCallers(parts),
      service: createMeterService(parts.deps, { ...timesOf(settings), ...access }),
    };
  },
});
