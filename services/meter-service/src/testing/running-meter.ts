import { type Principal, UNLIMITED_SLUG } from '@countersign/access';
import type { JsonObject } from '@countersign/event-sourcing';
import { type EventStore, readAll } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createServer } from '@countersign/http';
import { createEmbeddedBus, createPublisher, type Message, type MessageBus } from '@countersign/message-bus';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { createDiscloser, createSealer } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import {
  type Admission,
  createProcessViews,
  type ServiceDependencies,
  whenKnownIsDurable,
} from '@countersign/service';
import { createLogger, createMetrics } from '@countersign/telemetry';
import { collectLogs, type ManualClock, manualClock, seededIds } from '@countersign/testing';
import type { FastifyInstance } from 'fastify';
import { createMeterService, type MeterServiceConfig, meterServicePublications } from '../meter-service.ts';
import { createUpstream, type Upstream, upstreamPublications } from './upstream.ts';

const publisher = createPublisher([...meterServicePublications, ...upstreamPublications]);

const CONFIG: MeterServiceConfig = {
  plans: new Map(),
  defaultPlan: UNLIMITED_SLUG,
  plansSource: 'env',
  decisionTimeoutMs: 2_000,
  permitTtlMs: 60_000,
  outcomeTtlMs: 900_000,
};

/** Whose keys a test's server knows. */
const PRINCIPALS: Readonly<Record<string, Principal>> = {
  owner: { kind: 'user', id: 'owner', organization: 'acme', keyId: 'key-1', installationOwner: true },
  reader: { kind: 'user', id: 'reader', organization: 'acme', keyId: 'key-2' },
  eve: { kind: 'user', id: 'eve', organization: 'acme', keyId: 'key-7' },
  bot: { kind: 'agent', id: 'bot', organization: 'acme', keyId: 'key-4' },
  unborn: { kind: 'agent', id: 'unborn', organization: 'acme', keyId: 'key-8' },
  crawler: { kind: 'service', id: 'crawler', organization: 'acme', keyId: 'key-5' },
  sweeper: { kind: 'service', id: 'sweeper', organization: 'acme', keyId: 'key-6' },
  stranger: { kind: 'user', id: 'reader', organization: 'globex', keyId: 'key-3' },
};

/** A meter service with everything around it that a spec looks at or moves. */
export interface RunningMeter {
  readonly store: EventStore;
  readonly clock: ManualClock;
  readonly upstream: Upstream;
  readonly app: FastifyInstance;
  readonly admission: Admission;
  readonly logs: () => readonly Readonly<Record<string, unknown>>[];
  /** Resolves when the service has handled everything that there is. */
  settled(): Promise<void>;
  /** Looks once for due holds. */
  expire(): Promise<number>;
  /** Everything the service has published of a topic, in order. */
  published(topic?: string): Promise<readonly Message[]>;
  /** The meters as a reader of the organization gets them. */
  meters(query?: string, as?: string): Promise<readonly JsonObject[]>;
  get(url: string, as?: string): Promise<{ status: number; body: JsonObject }>;
  put(url: string, body: unknown, as?: string): Promise<{ status: number; body: JsonObject }>;
  post(
    url: string,
    body: unknown,
    as?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: JsonObject; retryAfter: unknown }>;
  /** A new instance on the same ledger; `redeliver`: its group begins again at the first message. */
  restart(options?: { redeliver?: boolean; config?: Partial<MeterServiceConfig> }): Promise<RunningMeter>;
  close(): Promise<void>;
}

/** The service on the memory ledger and the embedded bus, with the rest of Countersign played by `upstream`. */
export function startMeter(config: Partial<MeterServiceConfig> = {}, start?: string): Promise<RunningMeter> {
  return startOn(createMemoryEventStore(), manualClock(start), createMemoryCheckpoints(), config);
}

/** The same on a given ledger, with its checkpoints; `through`: over a bus that the test has its hands on. */
export async function startOn(
  store: EventStore,
  clock: ManualClock,
  processors: ReturnType<typeof createMemoryCheckpoints>,
  config: Partial<MeterServiceConfig>,
  through: (bus: MessageBus) => MessageBus = (bus) => bus,
): Promise<RunningMeter> {
  const logs = collectLogs();
  const logger = createLogger({ level: 'info', service: 'meter-service', destination: logs });
  const bus = through(createEmbeddedBus({ store, checkpoints: processors, publisher }));
  const views = createProcessViews({ bus, store, views: createMemoryViewStore() });
  const deps: ServiceDependencies = {
    store,
    bus,
    processors,
    views,
    sealer: createSealer({ vault: createMemoryKeyVault() }),
    disclose: createDiscloser(),
    clock,
    ids: seededIds(clock, store.acceptedPosition),
    logger,
    metrics: createMetrics(),
  };
  const service = createMeterService(deps, { ...CONFIG, ...config });
  const app = createServer({
    logger,
    whenDurable: whenKnownIsDurable(store),
    authenticate: (bearer) => PRINCIPALS[bearer] ?? null,
    allows: (principal, permission) =>
      permission === 'read' ||
      principal.installationOwner === true ||
      (permission === 'call_tools' && principal.kind !== 'user'),
  });
  service.routes(app);
  await views.start('test.views.v1');
  await Promise.all(service.following.map(({ caughtUp }) => caughtUp));
  const { reactors, dueLoops } = await service.start();

  const ask = async (
    method: 'GET' | 'PUT' | 'POST',
    url: string,
    as: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ) => {
    const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/json', ...more };
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await app.inject(
      method === 'GET'
        ? { method, url, headers: { authorization: headers.authorization } }
        : { method, url, headers, payload },
    );
    const { 'retry-after': retryAfter } = answer.headers;
    return { status: answer.statusCode, body: answer.json() as JsonObject, retryAfter };
  };
  const get: RunningMeter['get'] = (url, as = 'reader') => ask('GET', url, as);

  const settled = async () => {
    const { acceptedPosition } = store;
    for (const progress of [...service.following, ...reactors]) await progress.reached(acceptedPosition);
    // Handling appends, and what is appended may be handled again.
    while (reactors.some((reactor) => reactor.outstanding() > 0)) await new Promise(setImmediate);
  };
  const close = async () => {
    for (const running of [...reactors, ...dueLoops]) await running.close();
    for (const followed of service.following) await followed.close();
    await views.close();
    await app.close();
  };

  return {
    store,
    clock,
    upstream: createUpstream(store, clock),
    app,
    admission: service.admission,
    logs: logs.records,
    settled,
    expire: async () => (await Promise.all(dueLoops.map((loop) => loop.tick()))).reduce((a, b) => a + b, 0),
    async published(topic = 'agent.quota') {
      const messages: Message[] = [];
      for await (const { events } of readAll(store)) {
        for (const event of events) {
          const message = publisher.publish(event);
          if (message?.topic === topic) messages.push(message);
        }
      }
      return messages;
    },
    async meters(query = '', as = 'reader') {
      const { body } = await get(`/v1/meters${query}`, as);
      return body.items as readonly JsonObject[];
    },
    get,
    put: (url, body, as = 'owner') => ask('PUT', url, as, body),
    post: (url, body, as = 'crawler', headers = {}) => ask('POST', url, as, body, headers),
    async restart({ redeliver = false, config: changed = {} } = {}) {
      await close();
      return startOn(store, clock, redeliver ? createMemoryCheckpoints() : processors, {
        ...config,
        ...changed,
      });
    },
    close,
  };
}
