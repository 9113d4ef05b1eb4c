import { documentErrors, refuseConfiguration } from '@countersign/hosting';
import { serveCluster } from '@countersign/internal-http';
import { createMeterService, readPlanCatalog } from '@countersign/meter-service';
import { admissionCalls } from '@countersign/service';
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
    const { deps, key } = parts;
    const service = createMeterService(deps, { ...timesOf(settings), plans });
    return {
      ...signedCallers(parts),
      service,
      routes: (app) => serveCluster(app, { key, nowMs: deps.clock.nowMs }, admissionCalls(service.admission)),
    };
  },
});
