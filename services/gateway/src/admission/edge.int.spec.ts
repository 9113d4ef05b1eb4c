import type { AdmissionAnswer, RequestAsk } from '@countersign/service';
import { expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { type GatewayOptions, startGateway } from '../testing/running-gateway.ts';

/** A gateway whose meters answer what a test says, and the requests that they were asked about. */
async function metered(answer: (ask: RequestAsk) => AdmissionAnswer, options: GatewayOptions = {}) {
  const asked: string[] = [];
  const gateway = await startGateway({
    ...options,
    admission: {
      request(ask) {
        asked.push(`${ask.traffic?.method} ${ask.traffic?.path}`);
        return answer(ask);
      },
      place: () => ({ kind: 'admitted', rate: null }),
      reached: async () => true,
    },
  });
  return { gateway, asked };
}

const FULL: AdmissionAnswer = {
  kind: 'refused',
  by: { kind: 'throttle', throttle: 'all' },
  limit: 3,
  used: 3,
  retryAfterMs: 1_500,
};

it('A-THR-15: a throttled request is 429 and says the capacity, that nothing is left, and when to come again', async () => {
  const { gateway } = await metered(() => FULL);
  const { status, body, headers } = await gateway.owner('GET', '/v1/tools');
  expect([status, body.code, body.throttle, body.limit]).toEqual([429, 'throttled', 'all', 3]);
  expect(headers).toMatchObject({
    'x-ratelimit-limit': '3',
    'x-ratelimit-remaining': '0',
    'retry-after': '2',
  });
});

it('A-THR-15: a request that a throttle lets through says what is left of the narrowest one', async () => {
  const { gateway } = await metered(() => ({ kind: 'admitted', rate: { limit: 5, remaining: 4 } }));
  const { status, headers } = await gateway.owner('GET', '/v1/tools');
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '4' });
});

it('A-THR-15: a throttled call says the same, for it is charged with its reservation', async () => {
  const { gateway } = await metered(() => ({ kind: 'admitted', rate: null }), { judge: () => 'throttle' });
  const { agent } = await registerBasics(gateway);
  const { status, body, headers } = await agent('POST', '/v1/tool-calls', announcement());
  expect([status, body.code]).toEqual([429, 'throttled']);
  expect(headers).toMatchObject({
    'x-ratelimit-limit': String(body.limit),
    'x-ratelimit-remaining': '0',
    'retry-after': '2',
  });
});

it('A-THR-9: what concerns the installation is not throttled, so that a plan can always be put right', async () => {
  const { gateway, asked } = await metered(() => FULL);
  const organization = await gateway.owner('POST', '/v1/organizations', { id: 'acme', plan: 'unlimited' });
  expect(organization.status).not.toBe(429);
  expect((await gateway.owner('GET', '/v1/organizations')).status).toBe(200);
  expect(asked).toEqual([]);
  // What concerns one organization is, whoever asks.
  expect((await gateway.owner('GET', '/v1/users')).status).toBe(429);
  expect(asked).toEqual(['GET /v1/users']);
});

it('A-THR-9: who belongs to no organization gets as far as 401 and to no throttle', async () => {
  const { gateway, asked } = await metered(() => FULL);
  const bad = await gateway.app.inject({ url: '/v1/users', headers: { authorization: 'Bearer cs_nobody' } });
  expect([bad.statusCode, asked]).toEqual([401, []]);
});

it('A-THR-7: where the meters can not be asked, nobody is let in', async () => {
  const { gateway } = await metered(() => ({ kind: 'unavailable', detail: 'nobody answers' }));
  const { status, body } = await gateway.owner('GET', '/v1/tools');
  expect([status, body.code]).toEqual([503, 'unavailable']);
  expect(body.detail).toContain('nobody answers');
});
