import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { problem, schemasDirectory } from '@countersign/contracts';
import {
  createIds,
  createLagWatch,
  createLifecycle,
  type Hosted,
  loggedParking,
  measuredLedger,
  measureProcessing,
  readinessChecks,
  refuseConfiguration,
  runProcess,
} from '@countersign/hosting';
import { createServer, measureRequests, serveDocuments, serveHealth, serveMetrics } from '@countersign/http';
import { createPublisher } from '@countersign/message-bus';
import { createKafkaBus, createKafkaPublisher } from '@countersign/message-bus-kafka';
import { createDiscloser, createSealer } from '@countersign/sealing';
import { createProcessViews, parkedRoutes, whenKnownIsDurable } from '@countersign/service';
import { createLogger, createMetrics, type Logger } from '@countersign/telemetry';
import { createSqliteViewStore } from '@countersign/view-store-sqlite';
import { type ProcessConfig, readProcessConfig, type SettingName } from './config.ts';
import { openStore } from './open-store.ts';
import { publicationsOf } from './publications.ts';
import type { ServiceProcess } from './service-process.ts';

/** Nobody can be told who they are before keys and registrations are known again. */
const STARTING = problem('unavailable', 'the state is being rebuilt from the ledger; repeat later');

/** Runs one service until a signal or a failure ends the process. */
export async function runService<Needed extends SettingName>(service: ServiceProcess<Needed>): Promise<void> {
  const read = readProcessConfig(service.service, process.env, service.needed);
  if (!read.ok) refuseConfiguration(read.errors);
  const { config } = read;
  process.umask(0o077);
  const logger = createLogger({ level: config.logLevel, service: config.service });
  const hosted = await host(service, config, logger);
  const { COUNTERSIGN_HTTP_HOST: address, COUNTERSIGN_HTTP_PORT: port } = config.settings;
  const url = await runProcess(hosted, { host: address, port, logger, name: config.service });
  // Last: who reads this may stop the process at once.
  process.stdout.write(`${config.service} listens on ${url.origin}\n`);
}

/** Builds the service on its adapters: the only place where a process of a cluster does. */
async function host<Needed extends SettingName>(
  { service: name, openVault, compose }: ServiceProcess<Needed>,
  config: ProcessConfig<Needed>,
  logger: Logger,
): Promise<Hosted> {
  const { settings, instance, dataDirectory } = config;
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const metrics = createMetrics();
  const stored = await openStore(settings.COUNTERSIGN_EVENTSTORE_URL, logger);
  const store = measuredLedger(stored, metrics);
  const publisher = createPublisher(Object.values(publicationsOf).flat());
  const kafka = {
    brokers: settings.COUNTERSIGN_KAFKA_BROKERS,
    clientId: `${name}.${instance}`,
    log: logger,
  };
  const bus = createKafkaBus({ ...kafka, store, publisher });
  const relayEnd = createKafkaPublisher(kafka);
  const { vault, problem: vaultProblem } = await openVault(config);
  const viewStore = createSqliteViewStore({
    file: join(dataDirectory, 'views.sqlite'),
    onDiscarded: (why) => logger.warn({ why }, 'the views are rebuilt from the ledger'),
  });
  const views = createProcessViews({ bus, store, views: viewStore });
  const clock = { nowMs: () => Date.now() };
  const deps = {
    store,
    bus,
    processors: loggedParking(store, logger),
    views,
    sealer: createSealer({ vault }),
    disclose: createDiscloser(),
    clock,
    ids: createIds(clock),
    logger,
    metrics,
  };
  const composed = await compose({ config, deps, store: stored, vault, publisher });
  const { service } = composed;
  const lifecycle = createLifecycle({
    group: `${name}.v1`,
    store,
    views,
    services: [service],
    async afterStart() {
      measureProcessing(metrics, { store, clock, reactors: lifecycle.reactors(), views });
      await composed.afterStart?.();
    },
  });

  const requests = measureRequests(metrics);
  const app = createServer({
    logger,
    authenticate: (bearer, headers) =>
      lifecycle.isStarted() ? composed.authenticate(bearer, headers) : STARTING,
    allows: composed.allows,
    whenDurable: whenKnownIsDurable(store),
    onAnswered: requests.onAnswered,
    onRefused(refusal) {
      requests.onRefused(refusal);
      composed.onRefused?.(refusal);
    },
  });
  service.routes(app);
  await composed.routes?.(app);
  parkedRoutes(app, { reactors: lifecycle.reactors, processors: store, bus });
  const lag = createLagWatch(store);
  const processors = () => [
    { name: 'views', position: views.position },
    ...service.following.map(({ position }) => ({ name: 'state', position })),
  ];
  const saidBy = (name: string, problems: () => readonly string[]) => ({
    name,
    missing: () => problems().join('; ') || null,
  });
  const some = (problem: string | null) => (problem === null ? [] : [problem]);
  serveHealth(app, [
    ...readinessChecks({ store, lifecycle, processors, lag }),
    saidBy('kafka', () => [...bus.problems(), ...some(relayEnd.problem())]),
    saidBy('vault', () => some(vaultProblem())),
    ...(composed.checks ?? []),
  ]);
  serveMetrics(app, () => metrics.expose());
  await serveDocuments(app, schemasDirectory);

  return {
    app,
    start: lifecycle.start,
    failed: lifecycle.failed,
    async close() {
      lag.close();
      await lifecycle.close();
      await composed.close?.();
      await views.close();
      await viewStore.close();
      await Promise.all([bus.close(), relayEnd.close()]);
      await vault.close();
      await stored.close();
    },
  };
}
