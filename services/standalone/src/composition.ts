import { approvalServicePublications, createApprovalService } from '@countersign/approval-service';
import { auditProjectorPublications, createAuditProjector } from '@countersign/audit-projector';
import { problem, schemasDirectory } from '@countersign/contracts';
import { createGateway, createLeaseRegistry, gatewayPublications } from '@countersign/gateway';
import { createServer, measureRequests, serveDocuments, serveHealth, serveMetrics } from '@countersign/http';
import { createEmbeddedBus, createPublisher } from '@countersign/message-bus';
import { createMeterService, meterServicePublications } from '@countersign/meter-service';
import { readDefaultPolicy } from '@countersign/policy/default';
import { createPolicyEngine, policyEnginePublications } from '@countersign/policy-engine';
import { createDiscloser, createSealer } from '@countersign/sealing';
import {
  createProcessViews,
  parkedRoutes,
  type Service,
  type ServiceDependencies,
  whenKnownIsDurable,
} from '@countersign/service';
import { createMetrics, type Logger } from '@countersign/telemetry';
import type { FastifyInstance } from 'fastify';
import type { Adapters } from './adapters.ts';
import type { Config } from './config.ts';
import { createIds } from './ids.ts';
import { measureProcessing } from './lag-metrics.ts';
import { measuredLedger } from './ledger-metrics.ts';
import { createLedgerPort, type LedgerPort } from './ledger-port.ts';
import { createLifecycle } from './lifecycle.ts';
import { loggedParking } from './logged-parking.ts';
import { readOwnerKey, writeOwnerKey } from './owner-key.ts';
import { readinessChecks } from './readiness.ts';

/** All five services in this process, built: the server may listen before they are started, and says so. */
export interface Installation {
  readonly app: FastifyInstance;
  /** Closed with the installation. */
  readonly ledgerPort: LedgerPort;
  /** Rebuilds the state and starts; resolves when calls are answered. */
  start(): Promise<void>;
  /** Resolves with the error that makes going on unsafe: the process must stop. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
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
    sealer: createSealer({ vault: adapters.vault }),
    disclose: createDiscloser(),
    clock,
    ids: createIds(clock),
    logger,
    metrics,
  };

  const auditProjector = createAuditProjector(deps, { publisher });
  const gateway = createGateway(
    deps,
    { ...config, permitKey: adapters.permitKey, shapeKey: adapters.shapeKey },
    { publisher, leases: createLeaseRegistry(clock.nowMs), recordRead: auditProjector.recordRead },
  );
  const services: readonly Service[] = [
    gateway,
    createPolicyEngine(deps, { defaultPolicy: await readDefaultPolicy() }),
    createApprovalService(deps),
    createMeterService(deps, { ...config, plans: config.accessPlans }),
    auditProjector,
  ];
  const lifecycle = createLifecycle({
    store,
    views,
    services,
    async afterStart() {
      measureProcessing(metrics, { store, clock, reactors: lifecycle.reactors(), views });
      await gateway.firstStart(readOwnerKey(config.dataDirectory), (key) =>
        writeOwnerKey(config.dataDirectory, key),
      );
    },
  });

  const requests = measureRequests(metrics);
  const app = createServer({
    logger,
    authenticate: (bearer, headers) =>
      lifecycle.isStarted() ? gateway.authenticate(bearer, headers) : STARTING,
    allows: gateway.allows,
    whenDurable: whenKnownIsDurable(store),
    onAnswered: requests.onAnswered,
    onRefused(refusal) {
      requests.onRefused(refusal);
      auditProjector.countRefusal(refusal);
    },
  });
  for (const service of services) service.routes(app);
  parkedRoutes(app, { reactors: lifecycle.reactors, processors: store, bus });
  serveHealth(app, readinessChecks({ store, views, lifecycle }));
  serveMetrics(app, () => metrics.expose());
  await serveDocuments(app, schemasDirectory);

  const ledgerPort = createLedgerPort(config, {
    store,
    authenticate: gateway.authenticate,
    isStarted: lifecycle.isStarted,
    recordRead: auditProjector.recordRead,
  });

  return {
    app,
    ledgerPort,
    start: lifecycle.start,
    failed: lifecycle.failed,
    async close() {
      await ledgerPort.close();
      await lifecycle.close();
      await auditProjector.close();
      await views.close();
    },
  };
}
