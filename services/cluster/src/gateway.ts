import { schemasDirectory } from '@countersign/contracts';
import { currentPosition } from '@countersign/event-store';
import {
  createForwarding,
  createGateway,
  createStoredLeases,
  forwardingRoutes,
  type Intake,
} from '@countersign/gateway';
import { ownerKeyFile, readOwnerKey, refuseStart, writeOwnerKey } from '@countersign/hosting';
import { serveDocuments } from '@countersign/http';
import {
  type ClusterClient,
  createClusterClient,
  createSigner,
  readSigningKey,
} from '@countersign/internal-http';
import { createKafkaDeadLetters } from '@countersign/message-bus-kafka';
import { exclusively } from '@countersign/processing';
import {
  createRefusalCounter,
  createRemoteAdmission,
  createRemoteAudit,
  deadLetterRoutes,
} from '@countersign/service';
import { installationKey } from './process/installation-key.ts';
import { openRemoteVault } from './process/remote-vault.ts';
import { runService } from './process/run-service.ts';
import { timesOf } from './process/times.ts';

const INTENTS = 'agent.intents';

await runService({
  service: 'gateway',
  needed: [
    'COUNTERSIGN_AUDIT_PROJECTOR_URL',
    'COUNTERSIGN_POLICY_ENGINE_URL',
    'COUNTERSIGN_APPROVAL_SERVICE_URL',
    'COUNTERSIGN_METER_SERVICE_URL',
  ],
  openVault: openRemoteVault,
  async compose({ config, key, deps, store, bus, vault, publisher }) {
    const { settings, instance, dataDirectory } = config;
    const { clock, logger } = deps;
    const client = vault.client as ClusterClient;
    const signingKey = readSigningKey(settings.COUNTERSIGN_PRINCIPAL_KEY_FILE);
    if ('code' in signingKey) refuseStart(`COUNTERSIGN_PRINCIPAL_KEY_FILE: ${signingKey.detail}`);
    const audit = createRemoteAudit(client);
    const meters = createClusterClient({
      url: new URL(settings.COUNTERSIGN_METER_SERVICE_URL),
      key,
      nowMs: clock.nowMs,
    });
    const refusals = createRefusalCounter({ record: audit.recordRefusals, clock, logger });
    const leases = createStoredLeases({ store, instance });
    const gateway = createGateway(
      deps,
      {
        ...timesOf(settings),
        ...config.access,
        environment: settings.COUNTERSIGN_ENVIRONMENT,
        oidc: config.oidc,
        permitKey: await installationKey(client, 'permits', logger),
        shapeKey: await installationKey(client, 'argument-shapes', logger),
      },
      { publisher, leases, recordRead: audit.recordRead, admission: createRemoteAdmission(meters) },
    );
    const forwarding = createForwarding({
      targets: {
        'policy-engine': new URL(settings.COUNTERSIGN_POLICY_ENGINE_URL),
        'approval-service': new URL(settings.COUNTERSIGN_APPROVAL_SERVICE_URL),
        'meter-service': new URL(settings.COUNTERSIGN_METER_SERVICE_URL),
        'audit-projector': new URL(settings.COUNTERSIGN_AUDIT_PROJECTOR_URL),
      },
      sign: createSigner(signingKey, clock.nowMs),
      logger,
    });
    const topics = new Set(publisher.publications.flatMap(({ topic }) => topic ?? []));
    const letters = createKafkaDeadLetters({
      brokers: settings.COUNTERSIGN_KAFKA_BROKERS,
      clientId: `gateway.${instance}.dead-letters`,
      security: config.kafkaSecurity,
      log: logger,
      topics: [INTENTS, ...topics],
    });
    const keyFile = settings.COUNTERSIGN_OWNER_KEY_FILE ?? ownerKeyFile(dataDirectory);
    let intake: Intake | null = null;
    return {
      service: gateway,
      authenticate: gateway.authenticate,
      isInForce: gateway.isInForce,
      endsAt: gateway.endsAt,
      allows: gateway.allows,
      hasFlag: gateway.hasFlag,
      admits: gateway.admits,
      parkedElsewhere: forwarding.parked,
      onRefused: refusals.count,
      checks: [
        {
          name: 'lease',
          missing: () =>
            leases.problem() ?? (gateway.leaseHolds() ? null : 'kill switches can not be checked now'),
        },
      ],
      async routes(app) {
        forwardingRoutes(app, forwarding, async () =>
          gateway.reachedEverywhere(await currentPosition(store)),
        );
        deadLetterRoutes(app, { letters, processors: deps.processors, clock });
        await serveDocuments(app, schemasDirectory);
      },
      async afterStart() {
        await exclusively({ store, name: 'first-start', holder: instance }, () =>
          gateway.firstStart(readOwnerKey(keyFile), (key) => writeOwnerKey(keyFile, key)),
        );
        intake = gateway.takeIntents(bus, refusals.count);
        return { ended: Promise.race([intake.ended, leases.ended]) };
      },
      async onClosing() {
        await forwarding.close();
        await intake?.close();
      },
      async close() {
        await refusals.close();
        await leases.close();
        await meters.close();
        await letters.close();
      },
    };
  },
});
