import { createSecretKey } from 'node:crypto';
import type { Principal } from '@countersign/access';
import type { JsonObject } from '@countersign/event-sourcing';
import { type EventStore, readAll } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createServer } from '@countersign/http';
import { createEmbeddedBus, createPublisher, type Message, type MessageBus } from '@countersign/message-bus';
import type { ViewStore } from '@countersign/processing';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { createDiscloser, createSealer, type KeyVault, type Sealer } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import { createProcessViews, type ServiceDependencies, whenKnownIsDurable } from '@countersign/service';
import { createLogger, createMetrics } from '@countersign/telemetry';
import { collectLogs, type ManualClock, manualClock, seededIds } from '@countersign/testing';
import { afterEach } from 'vitest';
import { approvalServicePublications, createApprovalService } from '../approval-service.ts';
import { callId, standInPublications } from './stand-ins.ts';
import { createUpstream, type Upstream } from './upstream.ts';

const publisher = createPublisher([...approvalServicePublications, ...standInPublications]);

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** The service on the memory ledger and the embedded bus, with the rest of Countersign played by `upstream`. */
export interface RunningApprovals {
  readonly store: EventStore;
  readonly clock: ManualClock;
  readonly vault: KeyVault;
  readonly sealer: Sealer;
  readonly bus: MessageBus;
  readonly upstream: Upstream;
  metrics(): Promise<string>;
  /** Resolves when the service has handled everything that there is. */
  settled(): Promise<void>;
  /** Looks once for questions whose time is over; tells how many there were. */
  expire(): Promise<number>;
  /** The events of a call's approval as they are published, once everything is handled. */
  events(call: number): Promise<readonly Message[]>;
  /** The same by the last part of their types. */
  steps(call: number): Promise<readonly string[]>;
  /** Asks as `<kind>:<id>@<organization>`; default `user:olga@acme`. */
  get(url: string, as?: string): Promise<Answer>;
  post(url: string, body: JsonObject, as?: string): Promise<Answer>;
  decide(call: number, digest: string, as?: string, decision?: 'approve' | 'deny'): Promise<Answer>;
  /** A new instance on the same ledger; `redeliver`: its groups begin again at the first message. */
  restart(options?: { redeliver?: boolean; views?: 'kept' | 'lost' }): Promise<RunningApprovals>;
  /** Another instance beside this one, which gets none of the group's messages. */
  another(): Promise<RunningApprovals>;
  close(): Promise<void>;
}

interface Disk {
  readonly store: EventStore;
  readonly clock: ManualClock;
  readonly vault: KeyVault;
  readonly views: ViewStore;
  readonly checkpoints: ReturnType<typeof createMemoryCheckpoints>;
}

/** Keys of tests say whose they are. */
function principalOf(bearer: string): Principal | null {
  const [, kind, id, organization] = /^(user|agent|service):([a-z]+)@([a-z]+)$/.exec(bearer) ?? [];
  if (kind === undefined || id === undefined || organization === undefined) return null;
  return { kind: kind as Principal['kind'], id, organization, keyId: bearer };
}

/** People with `read`, everywhere or in one project; nobody else has any permission at this server. */
const READERS: { readonly [id: string]: 'everywhere' | string } = {
  olga: 'everywhere',
  carol: 'everywhere',
  vic: 'everywhere',
  petra: 'default',
  otto: 'other',
};

async function startOn(disk: Disk, share: 'all' | 'none' = 'all'): Promise<RunningApprovals> {
  const { store, clock, vault, checkpoints } = disk;
  const logs = collectLogs();
  const logger = createLogger({ level: 'info', service: 'approval-service', destination: logs });
  const embedded = createEmbeddedBus({ store, checkpoints, publisher });
  const consume: MessageBus['consume'] = (options, consumer) =>
    share === 'all'
      ? embedded.consume(options, consumer)
      : embedded.consume(options, (messages, settle) => messages.forEach(settle));
  const bus: MessageBus = { ...embedded, consume };
  const views = createProcessViews({ bus, store, views: disk.views });
  const sealer = createSealer({ vault });
  const metrics = createMetrics();
  const deps: ServiceDependencies = {
    store,
    bus,
    processors: checkpoints,
    views,
    sealer,
    disclose: createDiscloser(),
    clock,
    ids: seededIds(clock, store.acceptedPosition),
    logger,
    metrics,
  };
  const service = createApprovalService(deps, {
    webhooks: { post: async () => ({ failed: 'unreachable' }) },
    key: createSecretKey(Buffer.alloc(32)),
  });
  const app = createServer({
    logger,
    whenDurable: whenKnownIsDurable(store),
    authenticate: principalOf,
    allows({ kind, id }, permission, where = 'everywhere') {
      if (kind !== 'user' || permission !== 'read') return false;
      return READERS[id] === 'everywhere' || (typeof where === 'object' && READERS[id] === where.project);
    },
  });
  service.routes(app);
  await views.start('test.views.v1');
  await Promise.all([views.caughtUp, ...service.following.map(({ caughtUp }) => caughtUp)]);
  const { reactors, dueLoops } = await service.start();

  const settled = async () => {
    for (let seen = -1; seen < store.acceptedPosition; ) {
      seen = store.acceptedPosition;
      for (const progress of [...service.following, views, ...reactors]) await progress.reached(seen);
    }
    await store.whenDurable(store.acceptedPosition);
  };
  const events = async (call: number) => {
    await settled();
    const messages: Message[] = [];
    for await (const page of readAll(store)) {
      messages.push(...page.events.flatMap((event) => publisher.publish(event) ?? []));
    }
    return messages.filter(({ subject }) => subject === `approval-${callId(call)}`);
  };
  const ask = async (method: 'GET' | 'POST', url: string, as: string, body?: JsonObject) => {
    const authorization = `Bearer ${as}`;
    const answer = await app.inject(
      body === undefined
        ? { method, url, headers: { authorization } }
        : {
            method,
            url,
            headers: { authorization, 'content-type': 'application/json' },
            payload: JSON.stringify(body),
          },
    );
    return { status: answer.statusCode, body: answer.json() as JsonObject };
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
    vault,
    sealer,
    bus,
    upstream: createUpstream(store, clock, sealer),
    metrics: () => metrics.expose(),
    settled,
    expire: async () => (await Promise.all(dueLoops.map((loop) => loop.tick()))).reduce((a, b) => a + b, 0),
    events,
    steps: async (call) => (await events(call)).map(({ type }) => type.replace('agent.approval.', '')),
    get: (url, as = 'user:olga@acme') => ask('GET', url, as),
    post: (url, body, as = 'user:olga@acme') => ask('POST', url, as, body),
    decide: (call, digest, as = 'user:olga@acme', decision = 'approve') =>
      ask('POST', `/v1/approvals/${callId(call)}/decision`, as, {
        decision,
        reason: 'because',
        arguments_digest: digest,
      }),
    async restart({ redeliver = false, views: kept = 'kept' } = {}) {
      await close();
      return keep(
        await startOn({
          ...disk,
          ...(redeliver ? { checkpoints: createMemoryCheckpoints() } : {}),
          ...(kept === 'lost' ? { views: createMemoryViewStore() } : {}),
        }),
      );
    },
    another: async () => keep(await startOn(disk, 'none')),
    close,
  };
}

const open = new Set<RunningApprovals>();

function keep(running: RunningApprovals): RunningApprovals {
  open.add(running);
  return running;
}

afterEach(async () => {
  for (const running of open) await running.close();
  open.clear();
});

/** A role in the organization `acme`. */
export const roleOf = (role: string) => ({ scope: { organization: 'acme' }, role });

/**
 * Starts the service for one test; it is closed after it. There are an organization `acme` with the operators `olga` and
 * `carol`, `nina` without a role, `alice` with her agent `helper`, and the tool `delete-file`.
 */
export async function startAcme(views: ViewStore = createMemoryViewStore()): Promise<RunningApprovals> {
  const running = keep(
    await startOn({
      store: createMemoryEventStore(),
      clock: manualClock(),
      vault: createMemoryKeyVault(),
      views,
      checkpoints: createMemoryCheckpoints(),
    }),
  );
  const { upstream } = running;
  await upstream.organization('acme');
  for (const operator of ['olga', 'carol']) await upstream.user(operator, [roleOf('operator')]);
  for (const person of ['alice', 'nina']) await upstream.user(person);
  await upstream.agent('helper');
  await upstream.tool('delete-file');
  await running.settled();
  return running;
}
