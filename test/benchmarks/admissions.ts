import { NO_STREAM } from '@countersign/event-sourcing';
import { type EventStore, isStoreError } from '@countersign/event-store';
import { createMemoryCheckpoints } from '@countersign/event-store/memory';
import { isOpenError, openSqliteEventStore } from '@countersign/event-store-sqlite';
import { gatewayPublications } from '@countersign/gateway';
import { createIds } from '@countersign/hosting';
import { createEmbeddedBus, createPublisher } from '@countersign/message-bus';
import { createMeterService, meterServicePublications } from '@countersign/meter-service';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { createDiscloser, createSealer } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import { createProcessViews } from '@countersign/service';
import { createLogger, createMetrics } from '@countersign/telemetry';
import { temporaryDirectory } from '@countersign/testing';
import { type Figure, perSecond } from './figure.ts';

const CLIENTS = 64;
const LIMIT = 60_000;
const TARGET = 5_000;
const ORGANIZATION = 'acme';
const SCOPES = ['organization', 'workspace', 'project', 'user'] as const;
const PLAN = {
  counters: {
    traces_retrieved: SCOPES.map((scope) => ({ limit: LIMIT, strict: true, scope, period: 'daily' })),
  },
};

/**
 * One organization, 64 clients that each wait until what they were told is durable, and a strict quota at four scopes that
 * is asked for more often than it has. The floor is the same clients with the same ledger and nothing to decide: one
 * event each, appended to one stream and durable.
 */
export async function measureAdmissions(): Promise<Figure[]> {
  const floor = await onLedger(appendBare);
  const { perSecondAdmitted, admitted } = await onLedger(askForMore);
  return [
    {
      name: `strict quota, ${CLIENTS} clients, one organization, 4 scopes, durable: ratio to bare appends`,
      figure: perSecond(perSecondAdmitted),
      floor: perSecond(floor),
      ratio: perSecondAdmitted / floor,
      target: { atLeast: 0.2 },
    },
    {
      name: 'the same, admissions/s',
      figure: perSecond(perSecondAdmitted),
      floor: '',
      ratio: perSecondAdmitted,
      target: { atLeast: TARGET },
    },
    {
      name: 'the same, admitted of a limit of 60,000 that was asked for more often',
      figure: admitted.toLocaleString('en'),
      floor: LIMIT.toLocaleString('en'),
      ratio: admitted === LIMIT ? 1 : 0,
      target: { atLeast: 1 },
    },
  ];
}

async function onLedger<T>(measure: (store: EventStore) => Promise<T>): Promise<T> {
  await using directory = await temporaryDirectory();
  const store = await openSqliteEventStore({ directory: directory.path });
  if (isOpenError(store)) throw new Error(store.detail);
  const measured = await measure(store);
  await store.close();
  return measured;
}

/** Each client appends, waits for the disk and appends again; their appends to the one stream are in the order of the calls. */
async function appendBare(store: EventStore): Promise<number> {
  let version = 0;
  const started = performance.now();
  await asClients(async () => {
    while (version < LIMIT) {
      const expected = version === 0 ? NO_STREAM : version;
      version += 1;
      const metadata = {
        id: crypto.randomUUID(),
        time: new Date().toISOString(),
        organization: ORGANIZATION,
      };
      const appended = await store.append('floor-acme', expected, [
        { type: 'asked.v1', data: { amount: 1 }, metadata },
      ]).durable;
      if (isStoreError(appended)) throw new Error(appended.code);
    }
  });
  return LIMIT / ((performance.now() - started) / 1_000);
}

async function askForMore(store: EventStore) {
  const { admission, close } = await startMeters(store);
  let admitted = 0;
  let last = 0;
  const started = performance.now();
  await asClients(async () => {
    for (let refused = 0; refused < 3; ) {
      const answer = await admission.request({
        by: { kind: 'user', id: 'ann', organization: ORGANIZATION },
        traffic: null,
        amounts: [{ key: 'traces_retrieved', amount: 1 }],
        project: 'default',
      });
      if (answer.kind === 'unavailable') throw new Error(answer.detail);
      if (answer.kind === 'refused') refused += 1;
      else {
        await store.whenDurable(store.acceptedPosition);
        admitted += 1;
        last = performance.now();
      }
    }
  });
  await close();
  return { admitted, perSecondAdmitted: admitted / ((last - started) / 1_000) };
}

async function asClients(client: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

/** The meter-service alone on a ledger that has an organization. */
async function startMeters(store: EventStore) {
  const metadata = { id: crypto.randomUUID(), time: new Date().toISOString(), organization: ORGANIZATION };
  const data = {
    organization_id: ORGANIZATION,
    plan: 'bench',
    zone: 'UTC',
    anchor_day: 1,
    by: { kind: 'user', id: 'owner' },
  };
  await store.append(`organization-${ORGANIZATION}`, NO_STREAM, [
    { type: 'organization-created.v1', data, metadata },
  ]).durable;
  const publisher = createPublisher([...gatewayPublications, ...meterServicePublications]);
  const processors = createMemoryCheckpoints();
  const bus = createEmbeddedBus({ store, checkpoints: processors, publisher });
  const clock = { nowMs: () => Date.now() };
  const service = createMeterService(
    {
      store,
      bus,
      processors,
      views: createProcessViews({ bus, store, views: createMemoryViewStore() }),
      sealer: createSealer({ vault: createMemoryKeyVault() }),
      disclose: createDiscloser(),
      clock,
      ids: createIds(clock),
      logger: createLogger({ level: 'error', service: 'bench' }),
      metrics: createMetrics(),
    },
    {
      plans: new Map([['bench', PLAN]]),
      plansSource: 'env',
      defaultPlan: 'bench',
      decisionTimeoutMs: 2_000,
      permitTtlMs: 60_000,
      outcomeTtlMs: 900_000,
    },
  );
  await Promise.all(service.following.map(({ caughtUp }) => caughtUp));
  const { reactors, dueLoops } = await service.start();
  await service.admission.reached(store.acceptedPosition);
  const close = async () => {
    for (const running of [...reactors, ...dueLoops]) await running.close();
    for (const followed of service.following) await followed.close();
  };
  return { admission: service.admission, close };
}
