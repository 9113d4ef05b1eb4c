import { expect, it } from 'vitest';
import { type Asked, install } from './testing/installed.ts';

type Ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) => Promise<Asked>;

it('agents and services read the requests for access that they may decide, and no others', async () => {
  const installed = await install();
  await installed.installation.start();
  const owner: Ask = (method, path, body) => installed.ask(method, path, 'owner', body);
  const keyOf = async (kind: string, id: string): Promise<Ask> => {
    if (kind === 'agent') await owner('PUT', `/v1/agents/${id}`, { owner: 'owner' });
    const made = await owner('POST', '/v1/keys', { principal: { kind, id } });
    return (method, path, body) => installed.ask(method, path, made.body.key, body);
  };
  const [maker, worker, reviewer, member, stranger] = [
    await keyOf('agent', 'maker'),
    await keyOf('agent', 'worker'),
    await keyOf('agent', 'reviewer'),
    await keyOf('service', 'member'),
    await keyOf('agent', 'stranger'),
  ];
  await owner('PUT', '/v1/groups/crew', { members: [{ kind: 'service', id: 'member' }] });
  const made = await maker('POST', '/api/v1/intents', { title: 'Secret' });
  const intent = `/api/v1/intents/${made.body.id}`;
  await maker('PUT', `${intent}/access-review`, {
    ...{ on_request: 'defer', approvers: ['agent:reviewer', 'crew'], timeout_hours: 4 },
  });
  const asked = await worker('POST', `${intent}/access-requests`, {
    ...{ requested_permission: 'write', reason: 'I can help' },
  });
  await installed.installation.app.edge.whenDurable();
  const told = async (by: Ask) => {
    const { status, body } = await by('GET', '/v1/events?types=accessrequest.opened,acl.created');
    expect(status).toBe(200);
    return body.items.map((one: { type: string; data: { request_id: string; reason: string } }) => [
      one.type,
      one.data.request_id,
      one.data.reason,
    ]);
  };
  const opened = ['accessrequest.opened', asked.body.id, 'I can help'];
  for (const one of [maker, reviewer, member]) expect(await told(one)).toEqual([opened]);
  for (const one of [worker, stranger]) expect(await told(one)).toEqual([]);
  expect(await told(owner)).toContainEqual(opened);
  await owner('DELETE', '/v1/groups/crew');
  await owner('PUT', '/v1/groups/crew', { members: [{ kind: 'service', id: 'member' }] });
  expect(await told(member)).toEqual([]);
});
