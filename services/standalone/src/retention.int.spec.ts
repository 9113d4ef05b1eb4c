import { rm } from 'node:fs/promises';
import { join } from 'node:path';
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
