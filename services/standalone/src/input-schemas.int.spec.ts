import { describe, expect, it } from 'vitest';
import { install } from './testing/installed.ts';

async function world() {
  const { installation, ask } = await install();
  await installation.start();
  await ask('PUT', '/v1/agents/helper', 'owner', { owner: 'owner' });
  const made = await ask('POST', '/v1/keys', 'owner', { principal: { kind: 'agent', id: 'helper' } });
  const declared = (input_schema: object) =>
    ask('PUT', '/v1/tools/any', 'owner', { description: 'Reads', action: 'read', input_schema });
  const called = (args: object) =>
    ask('POST', '/v1/tool-calls', made.body.key, {
      ...{ agent_id: 'helper', tool_name: 'any', arguments: args, reason: 'a test' },
    });
  return { ask, declared, called };
}

describe('the input schema of a tool', () => {
  it('is refused with every place, and with the limit that it exceeds', async () => {
    const { declared } = await world();
    const patterns = Array.from({ length: 1_500 }, (_, i) => [
      `p${i}`,
      { pattern: `^[a-z]{1,63}(?:x${i})*$` },
    ]);
    expect(await declared({ properties: Object.fromEntries(patterns) })).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_request',
        errors: expect.arrayContaining([
          {
            pointer: expect.stringMatching(/^\/input_schema\/properties\/p\d+\/pattern$/),
            detail: expect.stringContaining('size of more than 10000'),
          },
        ]),
      },
    });
    const wrong = { properties: { 'a/b': { requird: [] } }, type: 'text' };
    const { status, body } = await declared(wrong);
    expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      400,
      ['/input_schema/type', '/input_schema/properties/a~1b/requird'],
    ]);
  });

  it('lets nobody pass without what it requires, whatever that is called', async () => {
    const { declared, called } = await world();
    await declared({ required: ['constructor'], properties: { toString: { type: 'string' } } });
    expect(await called({})).toMatchObject({
      status: 422,
      body: {
        code: 'arguments_invalid',
        errors: [{ pointer: '/arguments/constructor', detail: 'is required' }],
      },
    });
    expect(await called({ constructor: 1 })).toMatchObject({ status: 200, body: { verdict: 'allow' } });
  });

  it('refuses, on the record, what takes too much work to check', async () => {
    const { ask, declared, called } = await world();
    const items = { anyOf: Array.from({ length: 50 }, (_, i) => ({ const: i })) };
    await declared({ properties: { a: { items } } });
    const refused = await called({ a: Array.from({ length: 60_000 }, () => 49) });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'arguments_invalid',
        errors: [{ pointer: '/arguments', detail: expect.stringContaining('more than 3000000 steps') }],
      },
    });
    const recorded = await ask('GET', `/v1/tool-calls/${refused.body.tool_call_id}`, 'owner');
    expect(recorded.body).toMatchObject({ status: 'denied', reasons: [{ code: 'arguments_invalid' }] });
    expect((await called({ a: [49, 0] })).status).toBe(200);
  });
});
