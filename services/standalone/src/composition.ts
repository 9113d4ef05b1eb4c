import { approvalServicePublications, createApprovalService } from '@countersign/approval-service';
import { auditProjectorPublications, createAuditProjector } from '@countersign/audit-projector';
import { schemasDirectory } from '@countersign/contracts';
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
  type Running,
  type Service,
  type ServiceDependencies,
} from '@countersign/service';
import { createMetrics, type Logger } from '@countersign/telemetry';
import type { FastifyInstance } from 'fastify';
import type { Adapters } from './adapters.ts';
import type { Config } from './config.ts';
import { createIds } from './ids.ts';
import { measureProcessing } from './lag-metrics.ts';
import { readOwnerKey, writeOwnerKey } from './owner-key.ts';

/** All five services in this process, started; the server does not listen yet. */
export interface Installation {
  readonly app: FastifyInstance;
  /** Resolves with the error that makes going on unsafe: the process must stop. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/** The only place that builds the services on their adapters. */
export async function startInstallation(
  config: Config,
  adapters: Adapters,
  logger: Logger,
): Promise<Installation> {
  const { store, vault } = adapters;
  const publisher = createPublisher([
    ...gatewayPublications,
    ...policyEnginePublications,
    ...approvalServicePublications,
    ...meterServicePublications,
    ...auditProjectorPublications,
  ]);
  const bus = createEmbeddedBus({ store, checkpoints: store, publisher });
  const views = createProcessViews({ bus, store, views: adapters.views });
  const metrics = createMetrics();
  const clock = { nowMs: () => Date.now() };
  const deps: ServiceDependencies = {
    store,
    bus,
    processors: store,
    views,
    sealer: createSealer({ vault }),
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
    { publisher, leases: createLeaseRegistry(), recordRead: auditProjector.recordRead },
  );
  const services: readonly Service[] = [
    gateway,
    createPolicyEngine(deps, { defaultPolicy: await readDefaultPolicy() }),
    createApprovalService(deps),
    createMeterService(deps, {
      ...config,
      plans: config.accessPlans?.ok ? config.accessPlans.plans : new Map(),
    }),
    auditProjector,
  ];

  await views.start('standalone.v1');
  await Promise.all([
    views.caughtUp,
    ...services.flatMap(({ following }) => following.map((one) => one.caughtUp)),
  ]);
  const running: Running[] = [];
  for (const service of services) running.push(await service.start());
  await gateway.firstStart(readOwnerKey(config.dataDirectory), (key) =>
    writeOwnerKey(config.dataDirectory, key),
  );

  const reactors = running.flatMap((one) => one.reactors);
  measureProcessing(metrics, { store, reactors, views });
  const requests = measureRequests(metrics);
  const app = createServer({
    logger,
    authenticate: gateway.authenticate,
    allows: gateway.allows,
    onAnswered: requests.onAnswered,
    onRefused(refusal) {
      requests.onRefused(refusal);
      auditProjector.countRefusal(refusal);
    },
  });
  for (const service of services) service.routes(app);
  parkedRoutes(app, { reactors: () => reactors, processors: store, bus });
  serveHealth(app, [{ name: 'ledger', missing: () => null }]);
  serveMetrics(app, () => metrics.expose());
  await serveDocuments(app, schemasDirectory);

  const ended = (one: { readonly ended: Promise<Error | null> }, name: string) =>
    one.ended.then((error) =>
      error
        ? Promise.resolve(new Error(`${name} has stopped`, { cause: error }))
        : new Promise<never>(() => {}),
    );
  return {
    app,
    failed: Promise.race([
      store.failed,
      views.failed,
      ...reactors.map((reactor) => ended(reactor, reactor.group)),
      ...services.flatMap(({ name, following }) => following.map((one) => ended(one, name))),
    ]),
    async close() {
      await Promise.all(running.flatMap((one) => one.dueLoops.map((loop) => loop.close())));
      await Promise.all(reactors.map((reactor) => reactor.close()));
      await Promise.all(services.flatMap(({ following }) => following.map((one) => one.close())));
      await auditProjector.close();
      await views.close();
    },
  };
}
