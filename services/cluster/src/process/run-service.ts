import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '@countersign/contracts';
import {
  createIds,
  createLagWatch,
  createLifecycle,
  type Hosted,
  type Lifecycle,
  logAccessSettings,
  loggedParking,
  measureBus,
  measuredLedger,
  measureProcessing,
  readinessChecks,
  refuseConfiguration,
  refuseStart,
  runProcess,
  unknownKeys,
} from '@countersign/hosting';
import {
  createServer,
  measureRequests,
  type ReadinessCheck,
  serveHealth,
  serveMetrics,
} from '@countersign/http';
import { readClusterKey } from '@countersign/internal-http';
import { createPublisher } from '@countersign/message-bus';
import { createKafkaBus, createKafkaPublisher } from '@countersign/message-bus-kafka';
import { startRelay } from '@countersign/processing';
import { createDiscloser, createSealer, isVaultUnavailable } from '@countersign/sealing';
import { createProcessViews, parkedRoutes, whenKnownIsDurable } from '@countersign/service';
import { createLogger, createMetrics, type Logger } from '@countersign/telemetry';
import { createSqliteViewStore } from '@countersign/view-store-sqlite';
import { type ProcessConfig, readProcessConfig, type SettingName } from './config.ts';
import { openStore } from './open-store.ts';
import { createProbe } from './probe.ts';
import { allPublications, relayedBy } from './publications.ts';
import type { ServiceProcess } from './service-process.ts';
import { createStallGuard } from './stall-guard.ts';

/** Nobody can be told who they are before keys and registrations are known again. */
const STARTING = problem('unavailable', 'the state is being rebuilt from the ledger; repeat later');

/** Runs one service until a signal or a failure ends the process. */
export async function runService<Needed extends SettingName>(service: ServiceProcess<Needed>): Promise<void> {
  const read = readProcessConfig(service.service, process.env, service.needed);
  if (!read.ok) refuseConfiguration(read.errors);
  const { config } = read;
  process.umask(0o077);
  const logger = createLogger({ level: config.logLevel, service: config.service });
  logAccessSettings(config.access, logger);
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
  const key = readClusterKey(settings.COUNTERSIGN_CLUSTER_KEY_FILE);
  if ('code' in key) refuseStart(`COUNTERSIGN_CLUSTER_KEY_FILE: ${key.detail}`);
  const metrics = createMetrics();
  const stored = await openStore(settings.COUNTERSIGN_EVENTSTORE_URL, logger);
  const store = measuredLedger(stored, metrics);
  const publisher = createPublisher(allPublications);
  const kafka = {
    brokers: settings.COUNTERSIGN_KAFKA_BROKERS,
    clientId: `${name}.${instance}`,
    security: config.kafkaSecurity,
    log: logger,
  };
  const proofKey = key.records;
  const bus = createKafkaBus({ ...kafka, proofKey, store, publisher });
  const relayEnd = createKafkaPublisher({ ...kafka, proofKey });
  const relay = startRelay({
    service: name,
    instance,
    store,
    publisher: createPublisher(relayedBy(name)),
    messages: relayEnd,
  });
  const vault = openVault(config, key);
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
    sealer: createSealer({ vault: vault.vault, onUnknownKey: unknownKeys(logger, metrics) }),
    disclose: createDiscloser(),
    clock,
    ids: createIds(clock),
    logger,
    metrics,
  };
  const composed = await compose({ config, key, deps, store: stored, bus, vault, publisher });
  const { service } = composed;
  const following = [...service.following, ...(composed.following ?? [])];
  const processors = [
    { name: 'views', position: views.position },
    ...following.map(({ position }) => ({ name: 'state', position })),
    // Of one that stands by nothing is behind.
    {
      name: 'relay',
      position: () => (relay.state() === 'active' ? relay.position() : store.acceptedPosition),
    },
  ];
  const failed = Promise.withResolvers<Error>();
  const endsWith = (ended: Promise<Error | null> | undefined) =>
    void ended?.then((error) => error && failed.resolve(error));
  endsWith(relay.ended);
  const lifecycle: Lifecycle = createLifecycle({
    group: `${name}.v1`,
    store,
    views,
    services: [{ ...service, following }],
    async afterStart() {
      const reactors = lifecycle.reactors();
      measureProcessing(metrics, { store, clock, processors, reactors, countsEvents: false });
      endsWith((await composed.afterStart?.())?.ended);
      measureBus(metrics, { lags: bus.lags, relay });
    },
  });
  void lifecycle.failed.then(failed.resolve);

  const requests = measureRequests(metrics);
  const app = createServer({
    logger,
    authenticate: (...asked) => (lifecycle.isStarted() ? composed.authenticate(...asked) : STARTING),
    isInForce: composed.isInForce,
    endsAt: composed.endsAt,
    allows: composed.allows,
    hasFlag: composed.hasFlag,
    ...(composed.admits === undefined ? {} : { admits: composed.admits }),
    whenDurable: whenKnownIsDurable(store),
    onAnswered: requests.onAnswered,
    onRefused(refusal) {
      requests.onRefused(refusal);
      composed.onRefused?.(refusal);
    },
  });
  service.routes(app);
  await composed.routes?.(app);
  parkedRoutes(app, { reactors: lifecycle.reactors, processors: store, bus }, composed.parkedElsewhere);
  const lag = createLagWatch(store);
  const probes = [
    createProbe(() => stored.read(PROBED, { limit: 1 }).then(() => null)),
    createProbe(async () => {
      const asked = await vault.vault.peek(PROBED);
      return isVaultUnavailable(asked) ? asked.detail : null;
    }),
  ] as const;
  const guard = createStallGuard({
    standStill: bus.standStill,
    isOutage: () =>
      [...probes.map((probe) => probe.problem()), relay.problem()].some((problem) => problem !== null),
    end: failed.resolve,
  });
  serveHealth(app, [
    ...readinessChecks({ store, lifecycle, processors: () => processors, lag }),
    check('store', () => [probes[0].problem()]),
    check('vault', () => [probes[1].problem()]),
    check('kafka', bus.problems),
    check('relay', () => [relay.problem()]),
    ...(composed.checks ?? []),
  ]);
  serveMetrics(app, () => metrics.expose());

  return {
    app,
    start: lifecycle.start,
    failed: failed.promise,
    async close() {
      lag.close();
      guard.close();
      for (const probe of probes) probe.close();
      await composed.onClosing?.();
      await lifecycle.close();
      await relay.close();
      await composed.close?.();
      await views.close();
      await viewStore.close();
      await Promise.all([bus.close(), relayEnd.close()]);
      await vault.vault.close();
      await vault.client?.close();
      await stored.close();
    },
  };
}

/** A stream and a key that there are not: whether they can be looked for is what is asked. */
const PROBED = 'readiness-probe';

function check(name: string, problems: () => readonly (string | null)[]): ReadinessCheck {
  return {
    name,
    missing: () =>
      problems()
        .filter((problem) => problem !== null)
        .join('; ') || null,
  };
}
