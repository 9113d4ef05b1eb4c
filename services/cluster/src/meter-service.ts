import { documentErrors, refuseConfiguration } from '@countersign/hosting';
import { createMeterService, readPlanCatalog } from '@countersign/meter-service';
import { openRemoteVault } from './process/remote-vault.ts';
import { runService } from './process/run-service.ts';
import { signedCallers } from './process/signed-callers.ts';
import { timesOf } from './process/times.ts';

await runService({
  service: 'meter-service',
  needed: ['COUNTERSIGN_AUDIT_PROJECTOR_URL'],
  openVault: openRemoteVault,
  compose(parts) {
    const { settings } = parts.config;
    const text = settings.COUNTERSIGN_ACCESS_PLANS?.trim();
    const read = text ? readPlanCatalog(text) : null;
    if (read?.ok === false) refuseConfiguration(documentErrors('COUNTERSIGN_ACCESS_PLANS', read.errors));
    const plans = read?.ok ? read.plans : new Map();
    return {
      ...signedCallers(parts),
      service: createMeterService(parts.deps, { ...timesOf(settings), plans }),
    };
  },
});
