import { serveCluster } from '@countersign/internal-http';
import { createMeterService } from '@countersign/meter-service';
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
    const { settings, access } = parts.config;
    const { deps, key } = parts;
    const service = createMeterService(deps, { ...timesOf(settings), ...access });
    return {
      ...signedCallers(parts),
      service,
      routes: (app) => serveCluster(app, { key, nowMs: deps.clock.nowMs }, admissionCalls(service.admission)),
    };
  },
});
