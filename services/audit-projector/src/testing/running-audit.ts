import type { Principal } from '@countersign/access';
import type { CloudEvent } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import type { EventStore } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { closeServer, createServer, type IsInForce, listen } from '@countersign/http';
import { createEmbeddedBus, createPublisher, type Publisher } from '@countersign/message-bus';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { createDiscloser, createSealer, type KeyVault, type Sealer } from '@countersign/sealing';
import { createMemoryKeyVault } from '@countersign/sealing/memory';
import { createProcessViews, type ServiceDependencies, whenKnownIsDurable } from '@countersign/service';
import { createLogger, createMetrics } from '@countersign/telemetry';
import { collectLogs, type ManualClock, manualClock, seededIds } from '@countersign/testing';
import type { FastifyInstance } from 'fastify';
import { afterEach } from 'vitest';
import { type AuditProjector, auditProjectorPublications, createAuditProjector } from '../audit-projector.ts';
import { createUpstream, standInPublications, type Upstream } from './upstream.ts';

interface Answer {
  readonly status: number;
  readonly body: JsonObject & { readonly items?: readonly CloudEvent[]; readonly next?: string | null };
}

/** The service on the memory ledger, with the rest of Countersign played by `upstream`. */
export interface RunningAudit {
  readonly store: EventStore;
  readonly clock: ManualClock;
  readonly vault: KeyVault;
  readonly sealer: Sealer;
  readonly publisher: Publisher;
  readonly upstream: Upstream;
  readonly projector: AuditProjector;
  readonly app: FastifyInstance;
  metrics(): Promise<string>;
  /** Keys that are good for nothing any more. */
  readonly revoked: Set<string>;
  /** Asks as `<kind>:<id>@<organization>`; default `user:olga@acme`, who may read the trail. */
  get(url: string, as?: string): Promise<Answer>;
  /** All pages of `/v1/events` with a query, one after the other. */
  pages(query: string, limit: number, as?: string): Promise<CloudEvent[][]>;
  /** The data of everything recorded of type `audit.read` of an organization. */
  reads(organization?: string): Promise<readonly JsonObject[]>;
  /** The server's address; it listens from the first call on. */
  url(): Promise<URL>;
}

/** Keys of tests say whose they are. */
function principalOf(bearer: string): Principal | null {
  const [, kind, id, organization] = /^(user|agent|service):([a-z]+)@([a-z]+)$/.exec(bearer) ?? [];
  if (kind === undefined || id === undefined || organization === undefined) return null;
  return { kind: kind as Principal['kind'], id, organization, keyId: bearer };
}

/** The day of a test's clock. */
const DAY = '20261121';

const open = new Set<{ app: FastifyInstance; projector: AuditProjector }>();

afterEach(async () => {
  for (const { app, projector } of open) {
    await closeServer(app);
    await projector.close();
  }
  open.clear();
});

/**
 * Starts the service for one test; it is closed after it. `ledger` puts something between the ledger and the service,
 * `isInForce` says instead of `revoked` whose rights hold, `endsAt` when all of them end.
 */
export function startAudit(
  ledger: (store: EventStore) => EventStore = (store) => store,
  isInForce?: IsInForce,
  endsAt: () => number | null = () => null,
): RunningAudit {
  const store = createMemoryEventStore();
  const seen = ledger(store);
  const clock = manualClock();
  const vault = createMemoryKeyVault();
  const sealer = createSealer({ vault });
  const checkpoints = createMemoryCheckpoints();
  const publisher = createPublisher([...auditProjectorPublications, ...standInPublications]);
  const logger = createLogger({ level: 'info', service: 'audit-projector', destination: collectLogs() });
  const bus = createEmbeddedBus({ store: seen, checkpoints, publisher });
  const metrics = createMetrics();
  const deps: ServiceDependencies = {
    store: seen,
    bus,
    processors: checkpoints,
    views: createProcessViews({ bus, store: seen, views: createMemoryViewStore() }),
    sealer: createSealer({ vault }),
    disclose: createDiscloser(),
    clock,
    ids: seededIds(clock),
    logger,
    metrics,
  };
  const projector = createAuditProjector(deps, { publisher, vault });
  const revoked = new Set<string>();
  const app = createServer({
    logger,
    whenDurable: whenKnownIsDurable(seen),
    authenticate: (bearer) => (revoked.has(bearer) ? null : principalOf(bearer)),
    isInForce: isInForce ?? (({ keyId }) => !revoked.has(keyId)),
    endsAt,
    allows: ({ kind, id }) => kind === 'user' && id === 'olga',
    onRefused: projector.countRefusal,
  });
  projector.routes(app);
  open.add({ app, projector });
  let listening: Promise<URL> | undefined;

  const get = async (url: string, as = 'user:olga@acme'): Promise<Answer> => {
    const answer = await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${as}` } });
    return { status: answer.statusCode, body: answer.json() };
  };
  return {
    store,
    clock,
    vault,
    sealer,
    publisher,
    upstream: createUpstream(store, clock, sealer),
    projector,
    app,
    metrics: () => metrics.expose(),
    revoked,
    get,
    async pages(query, limit, as) {
      const pages: CloudEvent[][] = [];
      let after = '0';
      for (;;) {
        const { status, body } = await get(`/v1/events?limit=${limit}&after=${after}&${query}`, as);
        if (status !== 200) throw new Error(JSON.stringify(body));
        pages.push([...(body.items ?? [])]);
        if (typeof body.next !== 'string') return pages;
        after = body.next;
      }
    },
    async reads(organization = 'acme') {
      const events = await store.read(`audit-${organization}-${DAY}`);
      return events.filter(({ type }) => type === 'audit-read.v1').map(({ data }) => data);
    },
    url: () => {
      listening ??= listen(app, '127.0.0.1', 0);
      return listening;
    },
  };
}
