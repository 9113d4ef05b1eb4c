import { approvalServicePublications, createApprovalService } from '@countersign/approval-service';
import { auditProjectorPublications, createAuditProjector } from '@countersign/audit-projector';
import { problem, schemasDirectory } from '@countersign/contracts';
import { createGateway, createLeaseRegistry, gatewayPublications } from '@countersign/gateway';
import {
  createIds,
  createLagWatch,
  createLifecycle,
  type Hosted,
  type Lifecycle,
  loggedParking,
  measuredLedger,
  measureProcessing,
  ownerKeyFile,
  readinessChecks,
  readOwnerKey,
  unknownKeys,
  writeOwnerKey,
} from '@countersign/hosting';
import { createServer, measureRequests, serveDocuments, serveHealth, serveMetrics } from '@countersign/http';
import { createEmbeddedBus, createPublisher, NO_DEAD_LETTERS } from '@countersign/message-bus';
import { createMeterService, meterServicePublications } from '@countersign/meter-service';
import { readDefaultPolicy } from '@countersign/policy/default';
import { createPolicyEngine, policyEnginePublications } from '@countersign/policy-engine';
import { createDiscloser, createSealer } from '@countersign/sealing';
import {
  createProcessViews,
  deadLetterRoutes,
  parkedRoutes,
  type Service,
  type ServiceDependencies,
  whenKnownIsDurable,
} from '@countersign/service';
import { createMetrics, type Logger } from '@countersign/telemetry';
import { createWebhooks } from '@countersign/webhook';
import type { Adapters } from './adapters.ts';
import type { Config } from './config.ts';
import { createLedgerPort, type LedgerPort } from './ledger-port.ts';

/** All five services in this process, built. */
export interface Installation extends Hosted {
  /** Closed with the installation. */
  readonly ledgerPort: LedgerPort;
}

/** Nobody can be told who they are before keys and registrations are known again. */
const STARTING = problem('unavailable', 'the state is being rebuilt from the ledger; repeat later');

/** The only place that builds the services on their adapters. */
export async function buildInstallation(
  config: Config,
  adapters: Adapters,
  logger: Logger,
): Promise<Installation> {
  const metrics = createMetrics();
  const store = measuredLedger(adapters.store, metrics);
  const publisher = createPublisher([
    ...gatewayPublications,
    ...policyEnginePublications,
    ...approvalServicePublications,
    ...meterServicePublications,
    ...auditProjectorPublications,
  ]);
  const bus = createEmbeddedBus({ store, checkpoints: store, publisher });
  const views = createProcessViews({ bus, store, views: adapters.views });
  const clock = { nowMs: () => Date.now() };
  const deps: ServiceDependencies = {
    store,
    bus,
    processors: loggedParking(store, logger),
    views,
    sealer: createSealer({ vault: adapters.vault, onUnknownKey: unknownKeys(logger, metrics) }),
    disclose: createDiscloser(),
    clock,
    ids: createIds(clock),
    logger,
    metrics,
  };

  const auditProjector = createAuditProjector(deps, { publisher, vault: adapters.vault });
  const meterService = createMeterService(deps, { ...config, ...config.access }, (position) =>
    gateway.reachedEverywhere(position),
  );
  const gateway = createGateway(
    deps,
    { ...config, ...config.access, permitKey: adapters.permitKey, shapeKey: adapters.shapeKey },
    {
      publisher,
      leases: createLeaseRegistry(),
      recordRead: auditProjector.recordRead,
      admission: meterService.admission,
    },
  );
  const services: readonly Service[] = [
    gateway,
    createPolicyEngine(deps, { defaultPolicy: await readDefaultPolicy() }),
    createApprovalService(deps, {
      webhooks: createWebhooks({ loopback: config.handlersOnLoopback }),
      key: adapters.handlerKey,
    }),
    meterService,
    auditProjector,
  ];
  const processors = () => [
    { name: 'views', position: views.position },
    ...lifecycle.reactors().map(({ group, position }) => ({ name: group, position })),
  ];
  const lifecycle: Lifecycle = createLifecycle({
    group: 'standalone.v1',
    store,
    views,
    services,
    async afterStart() {
      const reactors = lifecycle.reactors();
      measureProcessing(metrics, { store, clock, processors: processors(), reactors, countsEvents: true });
      const keyFile = ownerKeyFile(config.dataDirectory);
      await gateway.firstStart(readOwnerKey(keyFile), (key) => writeOwnerKey(keyFile, key));
    },
  });

  const requests = measureRequests(metrics);
  const app = createServer({
    logger,
    authenticate: (bearer, headers, target) =>
      lifecycle.isStarted() ? gateway.authenticate(bearer, headers, target) : STARTING,
    isInForce: gateway.isInForce,
    endsAt: gateway.endsAt,
    allows: gateway.allows,
    hasFlag: gateway.hasFlag,
    admits: gateway.admits,
    whenDurable: whenKnownIsDurable(store),
    onAnswered: requests.onAnswered,
    onRefused(refusal) {
      requests.onRefused(refusal);
      auditProjector.countRefusal(refusal);
    },
  });
  for (const service of services) service.routes(app);
  deadLetterRoutes(app, { letters: NO_DEAD_LETTERS, processors: store, clock });
  parkedRoutes(app, { reactors: lifecycle.reactors, processors: store, bus });
  const lag = createLagWatch(store);
  serveHealth(app, readinessChecks({ store, lifecycle, processors, lag }));
  serveMetrics(app, () => metrics.expose());
  await serveDocuments(app, schemasDirectory);

  const ledgerPort = createLedgerPort(config, {
    store,
    authenticate: gateway.authenticateKey,
    isStarted: lifecycle.isStarted,
    recordRead: auditProjector.recordRead,
  });

  return {
    app,
    ledgerPort,
    start: lifecycle.start,
    failed: lifecycle.failed,
    async close() {
      lag.close();
      await ledgerPort.close();
      await lifecycle.close();
      await auditProjector.close();
      await views.close();
    },
  };
}
