import type { Principal } from '@countersign/access';
import type { ToolEvaluated } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { type EventStore, readAll } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createServer } from '@countersign/http';
import { createEmbeddedBus, createPublisher, type Message, type MessageBus } from '@countersign/message-bus';
import { readDefaultPolicy } from '@countersign/policy/default';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { createDiscloser, createSealer, type KeyVault, type Sealer } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import { createProcessViews, type ServiceDependencies, whenKnownIsDurable } from '@countersign/service';
import { createLogger, createMetrics } from '@countersign/telemetry';
import { collectLogs, type ManualClock, manualClock, seededIds } from '@countersign/testing';
import { afterEach } from 'vitest';
import { createPolicyEngine, policyEnginePublications } from '../policy-engine.ts';
import { callId, standInPublications } from './stand-ins.ts';
import { createUpstream, type Upstream } from './upstream.ts';

const publisher = createPublisher([...policyEnginePublications, ...standInPublications]);

/** Whose keys a test's server knows; a developer publishes policies, a viewer only reads. */
const PRINCIPALS: Readonly<Record<string, Principal>> = {
  developer: { kind: 'user', id: 'dora', organization: 'acme', keyId: 'key-1' },
  viewer: { kind: 'user', id: 'vic', organization: 'acme', keyId: 'key-2' },
  stranger: { kind: 'user', id: 'dora', organization: 'globex', keyId: 'key-3' },
  // Work intents are between these.
  creator: { kind: 'agent', id: 'creator', organization: 'acme', keyId: 'key-5' },
  worker: { kind: 'agent', id: 'worker', organization: 'acme', keyId: 'key-6' },
  helper: { kind: 'agent', id: 'helper', organization: 'acme', keyId: 'key-7' },
  foreigner: { kind: 'agent', id: 'creator', organization: 'globex', keyId: 'key-8' },
  owner: { kind: 'user', id: 'owner', organization: 'acme', keyId: 'key-4', installationOwner: true },
};

type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** The service on the memory ledger and the embedded bus, with the rest of Countersign played by `upstream`. */
export interface RunningEngine {
  readonly store: EventStore;
  readonly clock: ManualClock;
  readonly vault: KeyVault;
  readonly sealer: Sealer;
  readonly upstream: Upstream;
  /** The streams that the service has read, as often as it has. */
  readonly reads: readonly string[];
  readonly logs: () => readonly Readonly<Record<string, unknown>>[];
  readonly metrics: () => Promise<string>;
  /** Resolves when the service has handled everything that there is. */
  settled(): Promise<void>;
  /** The evaluations of a call as they are published, once everything is handled. */
  evaluations(call: number): Promise<readonly Message<ToolEvaluated>[]>;
  /** Every message of the ledger, in order. */
  published(): Promise<readonly Message[]>;
  request(
    method: Method,
    url: string,
    body?: JsonObject,
    as?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  /** Looks once for what is due now. */
  tick(): Promise<void>;
  /** A new instance on the same ledger; `redeliver`: its groups begin again at the first message. */
  restart(options?: { redeliver?: boolean }): Promise<RunningEngine>;
  /** Another instance beside this one; what it follows waits for `late`, which is asked each time. */
  another(late: () => Promise<void> | undefined): Promise<RunningEngine>;
  close(): Promise<void>;
}

interface Disk {
  readonly store: EventStore;
  readonly clock: ManualClock;
  readonly vault: KeyVault;
  /** The vault as the service gets it. */
  readonly ownVault: KeyVault;
  readonly checkpoints: ReturnType<typeof createMemoryCheckpoints>;
}

async function startOn(
  disk: Disk,
  late: () => Promise<void> | undefined = () => undefined,
): Promise<RunningEngine> {
  const { store, clock, vault, checkpoints } = disk;
  const logs = collectLogs();
  const logger = createLogger({ level: 'info', service: 'policy-engine', destination: logs });
  const reads: string[] = [];
  const watched: EventStore = Object.create(store, {
    read: {
      value(...read: Parameters<EventStore['read']>) {
        reads.push(read[0]);
        return store.read(...read);
      },
    },
  });
  const embedded = createEmbeddedBus({ store: watched, checkpoints, publisher });
  const follow: MessageBus['follow'] = (options, follower) =>
    embedded.follow(options, async (messages, position) => {
      await late();
      await follower(messages, position);
    });
  const bus: MessageBus = { ...embedded, follow };
  const views = createProcessViews({ bus, store: watched, views: createMemoryViewStore() });
  const metrics = createMetrics();
  const deps: ServiceDependencies = {
    store: watched,
    bus,
    processors: checkpoints,
    views,
    sealer: createSealer({ vault: disk.ownVault }),
    disclose: createDiscloser(),
    clock,
    ids: seededIds(clock, store.acceptedPosition),
    logger,
    metrics,
  };
  const service = createPolicyEngine(deps, { defaultPolicy: await readDefaultPolicy() });
  const app = createServer({
    logger,
    whenDurable: whenKnownIsDurable(store),
    authenticate: (bearer) => PRINCIPALS[bearer] ?? null,
    allows: ({ keyId, kind, installationOwner = false }, permission) =>
      permission === 'manage_intents'
        ? installationOwner
        : kind === 'user' && (permission === 'read' || keyId !== PRINCIPALS.viewer?.keyId),
  });
  service.routes(app);
  await views.start('test.views.v1');
  await Promise.all([views.caughtUp, ...service.following.map(({ caughtUp }) => caughtUp)]);
  const { reactors, dueLoops } = await service.start();

  const settled = async () => {
    for (let seen = -1; seen < store.acceptedPosition; ) {
      seen = store.acceptedPosition;
      for (const progress of [...service.following, ...reactors]) await progress.reached(seen);
    }
    await store.whenDurable(store.acceptedPosition);
  };
  const published = async () => {
    const messages: Message[] = [];
    for await (const { events } of readAll(store)) {
      messages.push(...events.flatMap((event) => publisher.publish(event) ?? []));
    }
    return messages;
  };
  const close = async () => {
    for (const loop of dueLoops) await loop.close();
    for (const reactor of reactors) await reactor.close();
    for (const followed of service.following) await followed.close();
    await views.close();
    await app.close();
  };
  const sealer = createSealer({ vault });
  return {
    store,
    clock,
    vault,
    sealer,
    reads,
    upstream: createUpstream(store, clock, sealer),
    logs: logs.records,
    metrics: () => metrics.expose(),
    settled,
    published,
    async evaluations(call) {
      await settled();
      const all = (await published()) as unknown as Message<ToolEvaluated>[];
      return all.filter(
        ({ type, correlation }) => type === 'agent.tool.evaluated' && correlation === callId(call),
      );
    },
    async tick() {
      for (const loop of dueLoops) await loop.tick();
      await settled();
    },
    async request(method, url, body, as = 'developer', more = {}) {
      const headers = { authorization: `Bearer ${as}`, ...more };
      const answer = await app.inject(
        body === undefined
          ? { method, url, headers }
          : {
              method,
              url,
              headers: { ...headers, 'content-type': 'application/json' },
              payload: JSON.stringify(body),
            },
      );
      return { status: answer.statusCode, body: answer.payload === '' ? {} : answer.json() };
    },
    async restart({ redeliver = false } = {}) {
      await close();
      const again = { ...disk, ...(redeliver ? { checkpoints: createMemoryCheckpoints() } : {}) };
      return keep(await startOn(again));
    },
    another: async (late) => keep(await startOn(disk, late)),
    close,
  };
}

const open = new Set<RunningEngine>();

function keep(engine: RunningEngine): RunningEngine {
  open.add(engine);
  return engine;
}

afterEach(async () => {
  for (const engine of open) await engine.close();
  open.clear();
});

/**
 * Starts the service for one test; it is closed after it.
 * @param through puts something between the key vault and the service.
 */
export async function startEngine(
  through: (vault: KeyVault) => KeyVault = (vault) => vault,
): Promise<RunningEngine> {
  const vault = createMemoryKeyVault();
  return keep(
    await startOn({
      store: createMemoryEventStore(),
      clock: manualClock(),
      vault,
      ownVault: through(vault),
      checkpoints: createMemoryCheckpoints(),
    }),
  );
}

/** The same with an organization `acme` on the default policy, its user `alice`, agent `helper` and tool `read-file`. */
export async function startAcme(through?: (vault: KeyVault) => KeyVault): Promise<RunningEngine> {
  const engine = await startEngine(through);
  await engine.upstream.organization('acme');
  await engine.upstream.user('alice');
  await engine.upstream.agent('helper');
  await engine.upstream.tool('read-file');
  await engine.settled();
  return engine;
}
