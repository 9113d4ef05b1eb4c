import { describe, expect, it } from 'vitest';
import { type RunningApprovals, startAcme } from '../testing/running-approvals.ts';
import { REQUEST_LIMITS } from './asked.ts';

const { capacity, rate } = REQUEST_LIMITS;
const AGENT = 'agent:helper@acme';
const intentOf = (n: number) => `019a5b0e-7c1a-7d3e-9f00-${String(n).padStart(12, '0')}`;
const ask = (running: RunningApprovals, n: number, as = AGENT) =>
  running.post(`/api/v1/intents/${intentOf(n)}/access-requests`, { requested_permission: 'write' }, as);

/** Two instances on one ledger with that many work intents. */
async function world(intents: number) {
  const one = await startAcme();
  for (let n = 0; n < intents; n += 1) await one.upstream.workIntent(intentOf(n));
  await one.settled();
  return [one, await one.another()] as const;
}

const statuses = async (answers: Promise<{ status: number }>[]) =>
  (await Promise.all(answers)).map(({ status }) => status).sort();

describe('how much one may ask for', () => {
  it('O-EP-5: is the same rule over all instances at once, for each principal', async () => {
    const instances = await world(capacity + 10);
    const both = (n: number) => instances[n % 2] as RunningApprovals;
    expect(await statuses(Array.from({ length: capacity + 10 }, (_, n) => ask(both(n), n)))).toEqual([
      ...Array(capacity).fill(201),
      ...Array(10).fill(429),
    ]);
    const refused = await ask(instances[1], capacity + 9);
    expect(refused).toMatchObject({ status: 429, body: { throttle: 'access_requests', limit: capacity } });
    expect((await ask(instances[1], 0, 'service:ci@acme')).status).toBe(201);
    instances[0].clock.advance(60_000);
    const later = Array.from({ length: capacity + 10 }, (_, n) => ask(both(n), n));
    const counted = await statuses(later);
    expect(counted.filter((status) => status === 201)).toHaveLength(rate);
  });

  it('is one at a time for the same, whichever instance is asked', async () => {
    const [one, other] = await world(1);
    const answers = Array.from({ length: 8 }, (_, n) => ask(n % 2 ? one : other, 0));
    expect(await statuses(answers)).toEqual([201, ...Array(7).fill(409)]);
  });
});
