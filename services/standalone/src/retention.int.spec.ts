import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerKeyFile, readOwnerKey } from '@countersign/hosting';
import { expect, it } from 'vitest';
import { type Installed, install } from './testing/installed.ts';

const SECRET = 'the words of somebody';
const PLAN = { counters: { tool_calls: {}, tool_cost: {}, traces_ingested: { retention: 0 } } };

async function calledOnce(installed: Installed): Promise<string> {
  await installed.installation.start();
  const owner = (method: 'PUT' | 'POST', path: string, body: object) =>
    installed.ask(method, path, 'owner', body);
  await owner('PUT', '/v1/plans/brief', PLAN);
  await owner('PUT', '/v1/organizations/default/plan', { plan: 'brief' });
  await owner('PUT', '/v1/agents/helper', { owner: 'owner' });
  await owner('PUT', '/v1/tools/read', {
    ...{ description: 'Reads', action: 'read' },
    input_schema: { type: 'object', properties: { path: { type: 'string' } } },
  });
  const { body } = await owner('POST', '/v1/tool-calls', {
    ...{
      agent_id: 'helper',
      user_id: 'owner',
      tool_name: 'read',
      arguments: { path: SECRET },
      reason: SECRET,
    },
    redeem: true,
  });
  const permit = body.permit.token;
  await owner('POST', `/v1/tool-calls/${body.id}/outcome`, {
    permit,
    success: true,
    result: { text: SECRET },
  });
  return body.id;
}

/** Everything that is told of a call, by every way to ask. */
async function told({ get }: Installed, id: string) {
  const paths = [
    `/v1/events?limit=1000&subject=toolcall-${id}`,
    '/v1/events?limit=1000',
    `/v1/tool-calls/${id}`,
    `/v1/tool-calls/${id}/timeline`,
    '/v1/tool-calls',
  ];
  const answers = await Promise.all(paths.map((path) => get(path)));
  const items = (at: number) => answers[at]?.body.items as readonly unknown[] | undefined;
  return {
    statuses: answers.map(({ status }) => status),
    isTold: answers.some(({ body }) => JSON.stringify(body).includes(SECRET)),
    events: items(0)?.length,
    calls: items(4)?.length,
  };
}

it('what was let go of is told by nothing from the flush on, also after a restart and a rebuild of the views', async () => {
  const installed = await install();
  const id = await calledOnce(installed);
  expect(await told(installed, id)).toMatchObject({
    statuses: [200, 200, 200, 200, 200],
    isTold: true,
    calls: 1,
  });
  const { body } = await installed.ask('POST', '/admin/spans/flush', 'owner');
  expect(body).toMatchObject({ status: 'success', flushed: [{ organization: 'default' }] });
  // The rows leave the views too, which hold nothing that the ledger does not.
  await left(installed, id);
  const gone = { statuses: [200, 200, 404, 404, 200], isTold: false, events: 5, calls: 0 };
  expect(await told(installed, id)).toEqual(gone);
  const restarted = await installed.again();
  await restarted.installation.start();
  expect(await told(restarted, id)).toEqual(gone);
  await restarted.close();
  await rm(join(restarted.directory, 'views.sqlite'));
  const rebuilt = await restarted.again();
  await rebuilt.installation.start();
  expect(await told(rebuilt, id)).toEqual(gone);
});

it('who repeats a request whose call was let go of hears the same, and runs nothing a second time', async () => {
  const installed = await install();
  await calledOnce(installed);
  const call = { agent_id: 'helper', user_id: 'owner', tool_name: 'read', arguments: { path: 'a' } };
  const announce = announcing(installed, 'once');
  const { body } = await announce(call);
  const outcome = { permit: body.permit.token, success: true, result: 'read' };
  const report = (change: object = {}) =>
    installed.ask('POST', `/v1/tool-calls/${body.id}/outcome`, 'owner', { ...outcome, ...change });
  await report();
  await installed.ask('POST', '/admin/spans/flush', 'owner');
  await left(installed, body.id);

  expect(await announce(call)).toMatchObject({ status: 200, body: { id: body.id, status: 'succeeded' } });
  expect(await announce({ ...call, arguments: { path: 'b' } })).toMatchObject({
    status: 409,
    body: { code: 'idempotency_conflict' },
  });
  expect(await report()).toMatchObject({ status: 200, body: { status: 'succeeded' } });
  expect(await report({ success: false })).toMatchObject({
    status: 409,
    body: { code: 'outcome_conflict' },
  });
});

it('who repeats a request that a meter refused hears the same figures, also when it was let go of', async () => {
  const installed = await install();
  await calledOnce(installed);
  const none = { limit: 0, strict: true, period: 'yearly' };
  await installed.ask('PUT', '/v1/plans/brief', 'owner', {
    counters: { ...PLAN.counters, tool_calls: none },
  });
  const announce = announcing(installed, 'refused');
  const call = { agent_id: 'helper', user_id: 'owner', tool_name: 'read', arguments: { path: 'a' } };
  const refused = await announce(call);
  expect(refused).toMatchObject({ status: 429, body: { code: 'over_quota', meter: 'tool_calls', limit: 0 } });
  await installed.ask('POST', '/admin/spans/flush', 'owner');
  await left(installed, String(refused.body.tool_call_id));
  expect(await announce(call)).toEqual({ ...refused, body: { ...refused.body, replayed: true } });
});

/** Announces with an idempotency key, as the owner. */
function announcing({ installation, directory }: Installed, key: string) {
  const authorization = `Bearer ${readOwnerKey(ownerKeyFile(directory))}`;
  return async (body: object) => {
    const answer = await installation.app.inject({
      method: 'POST',
      url: '/v1/tool-calls',
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': key },
      payload: JSON.stringify({ reason: 'r', redeem: true, ...body }),
    });
    return { status: answer.statusCode, body: answer.json() };
  };
}

/** Resolves when the call's row has left the views. */
async function left({ adapters, get }: Installed, id: string): Promise<void> {
  while ((await adapters.views.get('calls.v3', [id])).size > 0) await get('/v1/tool-calls');
}
