import { expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';
import { upcastToolCall } from './upcast.ts';

const KEY = { 'idempotency-key': 'confidence-1' };

it('a confidence is stored as an integer and published as the number that it was given as', async () => {
  const gateway = await startGateway();
  const { agent, olga } = await registerBasics(gateway);
  const { body: call } = await agent('POST', '/v1/tool-calls', announcement({ confidence: 0.9254 }), KEY);
  const stored = await gateway.store.read(`toolcall-${call.id}`);
  expect(stored.slice(0, 2).map(({ data }) => data.confidence_score)).toEqual([925, 925]);
  const { body } = await olga('GET', `/v1/tool-calls/${call.id}/timeline`);
  expect(body.items.slice(0, 2).map(({ data }: { data: object }) => data)).toMatchObject([
    { confidence: 0.925 },
    { confidence: 0.925 },
  ]);
});

it.each([
  [0.9254, 200],
  [0.5, 409],
])('a repeat with the confidence %d is judged by it: %d', async (confidence, status) => {
  const gateway = await startGateway();
  const { agent } = await registerBasics(gateway);
  const announce = (given: number) =>
    agent('POST', '/v1/tool-calls', announcement({ confidence: given }), KEY);
  await announce(0.9254);
  expect((await announce(confidence)).status).toBe(status);
});

it.each([
  [0.9254, 925],
  [null, null],
])('what was stored as %d, before there was a score, counts as %d', (confidence, score) => {
  const event = { stream: 'toolcall-1', version: 2, position: 2, data: { confidence, redeem: false } };
  const metadata = { id: 'e1', time: '2026-11-21T12:00:00.000Z', organization: 'acme' };
  expect(upcastToolCall({ ...event, type: 'tool-requested.v1', metadata })).toEqual({
    ...event,
    metadata,
    type: 'tool-requested.v2',
    data: { confidence_score: score, redeem: false },
  });
});
