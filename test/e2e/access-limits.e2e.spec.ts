import type { Call } from '@countersign/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { announcement, type Installation, registerBasics, startInstallation } from './installation.ts';

/** A deadline for what follows by itself, not a measure. */
const EVENTUALLY = { timeout: 30_000 };

/** The seed's two worked examples, with numbers that a test can reach. */
const READS = { counters: { traces_retrieved: { limit: 3, strict: true, period: 'daily', scope: 'user' } } };
const SEATS = { gauges: { users: { limit: 6, strict: true } } };

let installation: Installation;
let alice: Call;
let olga: Call;
let timeline: string;

beforeAll(async () => {
  installation = await startInstallation({
    COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY: JSON.stringify({
      ...READS,
      ...SEATS,
      throttles: { core_fast: { bucket: { capacity: 5, rate: 60 } } },
    }),
  });
  await registerBasics(installation);
  const agent = await installation.as('agent', 'helper');
  const { body } = await agent('POST', '/v1/tool-calls', announcement('read-file', 'a', {}));
  timeline = `/v1/tool-calls/${body.id}/timeline`;
  const viewer = [{ scope: { organization: 'default' }, role: 'viewer' }];
  await installation.owner('PUT', '/v1/users/alice', { roles: viewer });
  alice = await installation.as('user', 'alice');
  olga = await installation.as('user', 'olga');
});

const retrieved = async () => {
  const { body } = await installation.owner('GET', '/v1/meters?limit=1000');
  return body.items.filter(({ key, scope }: { key: string; scope: string }) => {
    return key === 'traces_retrieved' && scope.startsWith('user:');
  });
};

describe('the seed: a daily limit of retrieved traces for each user', () => {
  // Agenta's PR-03, -08 and -17: traces were read without being counted, or whatever the count said.
  it('A-ADJ-19: refuses the first retrieval beyond it, and counts each user by itself', async () => {
    for (let n = 0; n < 3; n += 1) expect((await alice('GET', timeline)).status).toBe(200);
    const refused = await alice('GET', timeline);
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'over_quota', meter: 'traces_retrieved', scope: 'user:alice', limit: 3, used: 3 },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await olga('GET', timeline)).status).toBe(200);
    expect(await retrieved()).toMatchObject([
      { scope: 'user:alice', used: 3, limit: 3, mode: 'strict' },
      { scope: 'user:olga', used: 1 },
    ]);
    const { body } = await installation.owner('GET', '/v1/meters?rollup=true&limit=1000');
    expect(body.items).toContainEqual(
      expect.objectContaining({
        key: 'traces_retrieved',
        scope: 'organization:default',
        used: 4,
        limit: null,
      }),
    );
  });

  it('is not touched by what retrieves no trace', async () => {
    expect((await olga('GET', '/v1/tool-calls/0197aaaa-0000-7000-8000-000000000000/timeline')).status).toBe(
      404,
    );
    expect(await retrieved()).toMatchObject([{ used: 3 }, { used: 1 }]);
  });
});

describe('the seed: a cap of seats', () => {
  it('A-ADJ-20: blocks the first user beyond it, gives the seat of one who leaves to another, and stands after a crash', async () => {
    const user = (id: string) => installation.owner('PUT', `/v1/users/${id}`, { roles: [] });
    const check = async () => {
      const { body } = await installation.owner('POST', '/v1/entitlements/check', { key: 'users' });
      return [body.allowed, body.meters[0]?.used];
    };
    // owner, alice, olga and carol are there.
    expect([(await user('eve')).status, await check(), (await user('joe')).status]).toEqual([
      201,
      [true, 5],
      201,
    ]);
    const blocked = await user('sue');
    expect(blocked).toMatchObject({
      status: 403,
      body: { code: 'forbidden', meter: 'users', limit: 6, used: 6 },
    });
    // Who is there is changed as before.
    expect((await user('joe')).status).toBe(200);
    expect((await installation.owner('DELETE', '/v1/users/joe')).status).toBe(204);
    installation = await installation.restart('kill');
    expect((await user('sue')).status).toBe(201);
    expect(await check()).toEqual([false, 6]);
  });
});

describe('retention', () => {
  it('lets go of calls and of events apart from each other, and keeps what a hold covers', async () => {
    const { owner } = installation;
    const brief = { counters: { traces_ingested: { retention: 0 }, events_ingested: { retention: 0 } } };
    await owner('PUT', '/v1/plans/brief', brief);
    const agent = await installation.as('agent', 'helper');
    const call = async () => {
      const { body } = await agent(
        'POST',
        '/v1/tool-calls',
        announcement('read-file', 'a', { redeem: true }),
      );
      await agent('POST', `/v1/tool-calls/${body.id}/outcome`, { permit: body.permit.token, success: true });
      return `/v1/tool-calls/${body.id}`;
    };
    const status = async (path: string) => (await owner('GET', path)).status;
    const first = await call();
    await owner('PUT', '/v1/organizations/default/plan', { plan: 'brief' });
    await owner('PUT', '/v1/legal-holds/case-17', { reason: 'Case 17' });
    const held = await owner('POST', '/v1/retention/traces/flush');
    expect(held.body).toEqual({ status: 'success', flushed: [], held: ['default'], failed: [] });
    await owner('DELETE', '/v1/legal-holds/case-17');
    const flushed = await owner('POST', '/v1/retention/traces/flush');
    expect(flushed.body).toMatchObject({ status: 'success', flushed: [{ organization: 'default' }] });
    // The gateway hears of it from the ledger.
    await expect.poll(() => status(first), EVENTUALLY).toBe(404);
    expect([await status(`${first}/timeline`), await status(await call())]).toEqual([404, 200]);
    const events = async () =>
      (await owner('GET', '/v1/events?limit=1000&types=agent.tool.requested')).body.items;
    expect((await events()).length).toBeGreaterThan(1);
    await owner('POST', '/v1/retention/events/flush');
    await expect.poll(async () => (await events()).length, EVENTUALLY).toBe(0);
    await owner('PUT', '/v1/organizations/default/plan', { plan: 'unlimited' });
  });
});

describe('a throttle of the API', () => {
  it('tells what is left, and refuses what is too much with when to come again', async () => {
    const agents = () => installation.owner('GET', '/v1/agents/helper');
    const first = await agents();
    expect([
      first.status,
      first.headers.get('x-ratelimit-limit'),
      first.headers.get('x-ratelimit-remaining'),
    ]).toEqual([200, '5', '4']);
    const answers = await Promise.all(Array.from({ length: 12 }, agents));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(7);
    expect(refused[0]?.body).toMatchObject({ code: 'throttled', throttle: 'core_fast', limit: 5 });
    expect(refused[0]?.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    // Other traffic is not held up by it.
    const other = await installation.owner('GET', '/v1/users');
    expect([other.status, other.headers.get('x-ratelimit-limit')]).toEqual([200, null]);
  });
});
