import { generateKeyPairSync } from 'node:crypto';
import type { Principal } from '@countersign/access';
import { type Admits, closeServer, createServer, listen, type Refusal } from '@countersign/http';
import { createAuthenticateSigned, createSigner } from '@countersign/internal-http';
import { createLogger } from '@countersign/telemetry';
import { collectLogs } from '@countersign/testing';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { createForwarding, type Forwarding } from '../forwarding/forwarding.ts';
import { forwardingRoutes, type KnownEverywhere } from '../forwarding/routes.ts';
import type { ServiceBehind } from '../forwarding/service-behind.ts';

/** Who asks. */
export const OLGA: Principal = {
  kind: 'user',
  id: 'olga',
  organization: 'acme',
  installationOwner: true,
  keyId: 'k1',
};

/** Somebody who may do nothing. */
const VIC: Principal = { kind: 'user', id: 'vic', organization: 'acme', keyId: 'k2' };

const SERVICES = ['policy-engine', 'approval-service', 'meter-service', 'audit-projector'] as const;

/** A gateway in front of four services, each with a server of its own and whatever routes a test gives it. */
export interface ForwardingCluster {
  readonly gateway: { readonly app: FastifyInstance; readonly url: URL };
  readonly forwarding: Forwarding;
  readonly logs: ReturnType<typeof collectLogs>;
  /** What the gateway has counted. */
  readonly refused: Refusal[];
  /** Everything that reached a service, with who asked. */
  readonly arrived: Arrived[];
  /** Stops a service; `revive` starts another under the same address. */
  kill(service: ServiceBehind): Promise<void>;
  revive(service: ServiceBehind): Promise<void>;
  ask(url: string, options?: RequestInit): Promise<Response>;
}

interface Arrived {
  readonly service: ServiceBehind;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly principal: Principal | null;
}

/** Gives a service behind the gateway its routes. */
export type GiveRoutes = (app: FastifyInstance, service: ServiceBehind) => void;

/** A gateway that forwards, and services behind it. `strangers`: they trust another gateway. */
export async function startForwarding(
  routes: GiveRoutes,
  options: {
    readonly gatewayRoutes?: (app: FastifyInstance, forwarding: Forwarding) => void;
    readonly strangers?: boolean;
    readonly knownEverywhere?: KnownEverywhere;
    readonly admits?: Admits;
  } = {},
): Promise<ForwardingCluster> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const trusted = options.strangers ? generateKeyPairSync('ed25519').publicKey : publicKey;
  const logs = collectLogs();
  const logger = createLogger({ level: 'info', service: 'test', destination: logs });
  const arrived: Arrived[] = [];
  const running = new Map<ServiceBehind, FastifyInstance>();

  const serve = async (service: ServiceBehind, port = 0): Promise<URL> => {
    const app = createServer({
      logger: createLogger({ level: 'fatal', service, destination: collectLogs() }),
      authenticate: createAuthenticateSigned({ service, publicKey: trusted, nowMs: Date.now }),
      allows: ({ id }) => id === 'olga',
    });
    app.addHook('preHandler', (request, _reply, done) => {
      const { method, url, headers, principal } = request;
      arrived.push({ service, method, url, headers, principal });
      done();
    });
    routes(app, service);
    running.set(service, app);
    return listen(app, '127.0.0.1', port);
  };
  const kill = async (service: ServiceBehind) => {
    const app = running.get(service);
    running.delete(service);
    if (app) await closeServer(app, 0);
  };
  const addresses = await Promise.all(SERVICES.map((service) => serve(service)));
  const targets = Object.fromEntries(
    SERVICES.map((service, index) => [service, addresses[index]!]),
  ) as Record<ServiceBehind, URL>;

  const refused: Refusal[] = [];
  const app = createServer({
    logger,
    authenticate: (bearer) => (bearer === 'cs_olga' ? OLGA : bearer === 'cs_vic' ? VIC : null),
    allows: ({ id }) => id === 'olga',
    ...(options.admits && { admits: options.admits }),
    onRefused: (refusal) => refused.push(refusal),
  });
  const forwarding = createForwarding({ targets, sign: createSigner(privateKey, Date.now), logger });
  forwardingRoutes(app, forwarding, options.knownEverywhere ?? (async () => null));
  options.gatewayRoutes?.(app, forwarding);
  const url = await listen(app, '127.0.0.1', 0);
  onTestFinished(async () => {
    await closeServer(app, 0);
    await forwarding.close();
    for (const service of SERVICES) await kill(service);
  });
  return {
    gateway: { app, url },
    forwarding,
    logs,
    refused,
    arrived,
    kill,
    revive: async (service) => void (await serve(service, Number(targets[service].port))),
    ask: (path, { headers, ...request } = {}) =>
      fetch(new URL(path, url), { ...request, headers: { authorization: 'Bearer cs_olga', ...headers } }),
  };
}
