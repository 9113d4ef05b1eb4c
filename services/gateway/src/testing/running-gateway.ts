import { createSecretKey } from 'node:crypto';
import { DEFAULT_ROLES, type RoleCatalog, UNLIMITED_SLUG } from '@countersign/access';
import type { EventStore, StoreError } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createServer } from '@countersign/http';
import {
  createEmbeddedBus,
  createPublisher,
  type Message,
  type MessageBus,
  type RecordSource,
} from '@countersign/message-bus';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { createDiscloser, createSealer, type KeyVault, VAULT_CLOSED } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import {
  type Admission,
  createProcessViews,
  type RecordRead,
  type ServiceDependencies,
  whenKnownIsDurable,
} from '@countersign/service';
import { createLogger, createMetrics } from '@countersign/telemetry';
import { collectLogs, type ManualClock, manualClock, seededIds } from '@countersign/testing';
import type { FastifyInstance } from 'fastify';
import { afterEach, vi } from 'vitest';
import type { OidcSettings } from '../authentication/authenticate-request.ts';
import { createGateway, type GatewayConfig } from '../gateway.ts';
import type { Intake } from '../intake/intake.ts';
import type { IntentRefusal } from '../intake/verdict.ts';
import { createLeaseRegistry, LEASE_MS, type LeaseRegistry } from '../killswitch/lease.ts';
import { gatewayPublications } from '../publications.ts';
import { type Caller, callerOf } from './caller.ts';
import { createStandIns, type Judgement, type StandIns, standInPublications } from './stand-ins.ts';

const publisher = createPublisher([...gatewayPublications, ...standInPublications]);

const CONFIG: GatewayConfig = {
  decisionTimeoutMs: 2_000,
  permitTtlMs: 60_000,
  outcomeTtlMs: 900_000,
  environment: 'development',
  oidc: null,
  defaultPlan: UNLIMITED_SLUG,
  roles: DEFAULT_ROLES,
  rolesSource: 'defaults',
  permitKey: createSecretKey(Buffer.alloc(32, 1)),
  shapeKey: createSecretKey(Buffer.alloc(32, 2)),
};

/** How the gateway of a spec differs from a plain one. */
export interface GatewayOptions {
  /** Another gateway whose ledger, vault, clock and leases this one shares; judging is that one's. */
  readonly beside?: RunningGateway;
  /** What the other services make of a call; default: they allow it. */
  readonly judge?: (requested: Message) => Judgement;
  /** Most accepted events that wait for the disk. */
  readonly maxBacklogEvents?: number;
  /** Called before an append of the gateway gets to the ledger, with the first event's type: what others get in before. */
  readonly before?: (type: string) => void;
  /** The roles that there are. */
  readonly roles?: RoleCatalog;
  /** Whose tokens people sign in with. */
  readonly oidc?: OidcSettings;
  /** What the meters say before something is; default: nothing is metered. */
  readonly admission?: Admission;
}

/** A gateway with everything around it that a spec looks at or moves. */
export interface RunningGateway {
  readonly store: EventStore;
  readonly clock: ManualClock;
  readonly vault: KeyVault;
  readonly app: FastifyInstance;
  readonly standIns: StandIns;
  readonly leases: LeaseRegistry;
  readonly ownerKey: string;
  readonly owner: Caller;
  /** A new key for somebody registered, and calls with it. */
  as(kind: 'user' | 'agent' | 'service', id: string): Promise<Caller>;
  /** What the vault, the ledger and the disk do from now on: the answer to an append that begins with this type is lost. */
  readonly outage: { vault: boolean; answersTo: string | null };
  /** Whether another gateway, whose lease holds, acknowledges nothing: it is waited for in vain. */
  readonly others: { silent: boolean };
  readonly disk: { hold(): void; release(): void };
  /** Keeps kill switches and control events away from the gateway, as a bus that is late does; until it has seen them all. */
  readonly board: { hold(): void; release(): Promise<void> };
  /** The same for what the gateway knows of calls. */
  readonly calls: { hold(): void; release(): void };
  /** The same for the reaction that ends open permits, of all gateways on this ledger. */
  readonly voiding: ReturnType<typeof createGate>;
  /** Lets time go by: the lease is renewed, and what is due is looked at once. */
  pass(ms: number): Promise<void>;
  /** Resolves when an event of a stored type is accepted from now on. */
  happens(type: string): Promise<void>;
  /** Resolves when everything that was accepted is handled. */
  settled(): Promise<void>;
  /** Stored types of a stream, in order. */
  types(stream: string): Promise<string[]>;
  /** Opens the front door for agents on Kafka; what it refuses is told. */
  takeIntents(records: RecordSource): { readonly intake: Intake; readonly refusals: IntentRefusal[] };
  /** Readings of the trail that were recorded. */
  readonly readings: Parameters<RecordRead>[1][];
  close(): Promise<void>;
}

/** A way that can be held: what comes waits until it is released. */
function createGate() {
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  return {
    hold: () => {
      gate = Promise.withResolvers<void>();
    },
    release: () => gate.resolve(),
    passed: () => gate.promise,
  };
}

const UNMETERED: Admission = {
  request: () => ({ kind: 'admitted', rate: null }),
  place: () => ({ kind: 'admitted', rate: null }),
  reached: async () => true,
};

/**
 * The gateway on the memory ledger and the embedded bus; the other services are stand-ins. Intervals are the test's:
 * the lease is renewed when it says so.
 */
export async function startGateway(options: GatewayOptions = {}): Promise<RunningGateway> {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const disk = createGate();
  const switches = createGate();
  const callMessages = createGate();
  const voiding = options.beside?.voiding ?? createGate();
  const { maxBacklogEvents, beside } = options;
  const clock = beside?.clock ?? manualClock();
  const others = { silent: false };
  const registry = beside?.leases ?? createLeaseRegistry(clock.nowMs);
  const leases: LeaseRegistry = {
    ...registry,
    whenAcknowledged: (...asked) => !others.silent && registry.whenAcknowledged(...asked),
  };
  const ledger =
    beside?.store ??
    createMemoryEventStore({
      sync: disk.passed,
      ...(maxBacklogEvents === undefined ? {} : { maxBacklogEvents }),
    });
  const outage: RunningGateway['outage'] = { vault: false, answersTo: null };
  const store: EventStore = {
    ...ledger,
    append(stream, expected, events) {
      options.before?.(events[0]?.type ?? '');
      const receipt = ledger.append(stream, expected, events);
      if (outage.answersTo === null || outage.answersTo !== events[0]?.type) return receipt;
      const lost = receipt.accepted.then((): StoreError => ({ code: 'OutcomeUnknown', detail: 'no answer' }));
      return { accepted: lost, durable: lost };
    },
    get acceptedPosition() {
      return ledger.acceptedPosition;
    },
    get durablePosition() {
      return ledger.durablePosition;
    },
  };
  const processors = createMemoryCheckpoints();
  const embedded = createEmbeddedBus({ store, checkpoints: processors, publisher });
  const bus: MessageBus = {
    ...embedded,
    consume: (consume, consumer) =>
      embedded.consume(consume, async (...delivered) => {
        if (consume.group === 'gateway.voiding.v1') await voiding.passed();
        return consumer(...delivered);
      }),
    follow: (follow, follower) =>
      embedded.follow(follow, async (messages, position) => {
        const isSwitches = follow.types?.includes('killswitch.engaged');
        if (follow.topics.includes('agent.tool')) await callMessages.passed();
        if (isSwitches || follow.topics.join() === 'agent.control') await switches.passed();
        await follower(messages, position);
      }),
  };
  const kept = beside?.vault ?? createMemoryKeyVault();
  const vault: KeyVault = {
    ...kept,
    key: async (name) => (outage.vault ? VAULT_CLOSED : kept.key(name)),
    peek: async (id) => (outage.vault ? VAULT_CLOSED : kept.peek(id)),
  };
  const logger = createLogger({ level: 'error', service: 'gateway', destination: collectLogs() });
  const deps: ServiceDependencies = {
    store,
    bus,
    processors,
    views: createProcessViews({ bus, store, views: createMemoryViewStore() }),
    // Asks the vault every time, so that an outage shows at once.
    sealer: createSealer({ vault, keyTtlMs: 0, recentEvents: 0 }),
    disclose: createDiscloser(),
    clock,
    ids: seededIds(clock, beside ? 2 : 1),
    logger,
    metrics: createMetrics(),
  };
  const readings: RunningGateway['readings'] = [];
  const intakes: Intake[] = [];
  const gateway = createGateway(
    deps,
    { ...CONFIG, oidc: options.oidc ?? null, roles: options.roles ?? DEFAULT_ROLES },
    {
      publisher,
      leases,
      recordRead: async (_principal, reading) => readings.push(reading) > 0,
      admission: options.admission ?? UNMETERED,
    },
  );
  await deps.views.start('gateway.views.v1');
  await Promise.all([deps.views.caughtUp, ...gateway.following.map(({ caughtUp }) => caughtUp)]);
  const { reactors, dueLoops } = await gateway.start();
  let ownerKey = beside?.ownerKey ?? '';
  await gateway.firstStart(null, (key) => {
    ownerKey = key;
  });
  const standIns = createStandIns(ledger, clock);
  const judging = beside ? null : standIns.follow(bus, options.judge ?? (() => 'allow'));
  const { authenticate, allows, hasFlag, admits, isInForce, endsAt } = gateway;
  const app = createServer({
    logger,
    authenticate,
    allows,
    hasFlag,
    admits,
    isInForce,
    endsAt,
    whenDurable: whenKnownIsDurable(store),
  });
  gateway.routes(app);
  const owner = callerOf(app, ownerKey);

  const settled = async () => {
    for (let seen = -1; seen < store.acceptedPosition; ) {
      seen = store.acceptedPosition;
      for (const progress of [deps.views, ...gateway.following, ...reactors]) await progress.reached(seen);
    }
  };
  const running: RunningGateway = {
    store: ledger,
    clock,
    vault,
    app,
    standIns,
    leases,
    ownerKey,
    owner,
    outage,
    others,
    disk,
    calls: { hold: callMessages.hold, release: callMessages.release },
    voiding,
    board: {
      hold: switches.hold,
      async release() {
        switches.release();
        for (const followed of gateway.following) await followed.reached(ledger.acceptedPosition);
      },
    },
    takeIntents(records) {
      const refusals: IntentRefusal[] = [];
      const intake = gateway.takeIntents(records, (refusal) => refusals.push(refusal));
      intakes.push(intake);
      return { intake, refusals };
    },
    readings,
    async as(kind, id) {
      const { status, body } = await owner('POST', '/v1/keys', { principal: { kind, id } });
      if (status !== 201) throw new Error(`no key for ${kind} ${id}: ${JSON.stringify(body)}`);
      return callerOf(app, body.key);
    },
    async pass(ms) {
      clock.advance(ms);
      vi.advanceTimersByTime(LEASE_MS / 4);
      for (const loop of dueLoops) await loop.tick();
      await settled();
    },
    async happens(type) {
      const happened = Promise.withResolvers<void>();
      const subscription = store.subscribe(
        { after: store.acceptedPosition, visibility: 'accepted' },
        ({ events }) => {
          if (events.some((event) => event.type === type)) happened.resolve();
        },
      );
      await happened.promise;
      await subscription.close();
    },
    settled,
    async types(stream) {
      return (await store.read(stream, { visibility: 'accepted' })).map(({ type }) => type);
    },
    async close() {
      disk.release();
      switches.release();
      for (const intake of intakes) await intake.close();
      callMessages.release();
      voiding.release();
      await judging?.close();
      for (const one of [...reactors, ...dueLoops, ...gateway.following]) await one.close();
      await app.close();
      await deps.views.close();
      vi.useRealTimers();
    },
  };
  open.push(running);
  return running;
}

const open: RunningGateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});
