import type { Principal } from '@countersign/access';
import { routes } from '@countersign/contracts';
import { createServer, mount, serveHealth } from '@countersign/http';
import { createLogger } from '@countersign/telemetry';
import { collectLogs, manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { newPrincipalKeys } from '../testing/keys.ts';
import { createAuthenticateSigned, createSigner } from './authenticate.ts';

const OLGA: Principal = { kind: 'user', id: 'olga', organization: 'acme', keyId: 'k1' };

/** A service of a cluster that answers who asked it, and a gateway's signature for it. */
function service() {
  const clock = manualClock();
  const { privateKey, publicKey } = newPrincipalKeys();
  const app = createServer({
    logger: createLogger({ level: 'fatal', service: 'test', destination: collectLogs() }),
    authenticate: createAuthenticateSigned({ service: 'meter-service', publicKey, nowMs: clock.nowMs }),
    allows: ({ id }) => id === 'olga',
  });
  serveHealth(app, []);
  const asked: Principal[] = [];
  mount(app, routes.listMeters, ({ principal }) => {
    asked.push(principal);
    return { status: 200, body: { items: [], next: null } };
  });
  const sign = createSigner(privateKey, clock.nowMs);
  const ask = async (url: string, authorization?: string) => {
    const answer = await app.inject({ url, headers: authorization ? { authorization } : {} });
    return { status: answer.statusCode, code: answer.json().code };
  };
  return { clock, asked, ask, bearer: (...of: Parameters<typeof sign>) => `Bearer ${sign(...of)}` };
}

describe('a service of a cluster', () => {
  it('answers whom the gateway has signed for', async () => {
    const { ask, bearer, asked } = service();
    const url = '/v1/meters?limit=1';
    expect(await ask(url, bearer(OLGA, 'meter-service', { method: 'GET', url }))).toMatchObject({
      status: 200,
    });
    expect(asked).toEqual([OLGA]);
    const vic = bearer({ ...OLGA, id: 'vic' }, 'meter-service', { method: 'GET', url });
    expect(await ask(url, vic)).toMatchObject({ status: 403 });
  });

  it('refuses requests without a signed principal, whatever else they show', async () => {
    const { ask, bearer, asked, clock } = service();
    const url = '/v1/meters';
    const elsewhere = bearer(OLGA, 'policy-engine', { method: 'GET', url });
    const another = bearer(OLGA, 'meter-service', { method: 'GET', url: '/v1/plans' });
    const old = bearer(OLGA, 'meter-service', { method: 'GET', url });
    clock.advance(35_000);
    for (const given of [undefined, 'Bearer cs_owner', elsewhere, another, old]) {
      expect(await ask(url, given)).toEqual({ status: 401, code: 'unauthenticated' });
    }
    expect(await ask('/v1/nothing')).toMatchObject({ status: 401 });
    expect(asked).toEqual([]);
  });

  it('tells probes how it is without one', async () => {
    expect(await service().ask('/readyz')).toMatchObject({ status: 200 });
  });
});
