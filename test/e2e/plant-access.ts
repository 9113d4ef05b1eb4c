import type { Call } from '@countersign/testing';

export interface PlantAccess {
  readonly owner: Call;
  /** An agent, who makes what the others ask for. */
  readonly agent: Call;
  readonly olga: Call;
  /** A caller with another bearer than a key. */
  readonly bearing: (token: string) => Call;
  /** A value that occurs nowhere else, to be looked for. */
  readonly mark: (where: string) => string;
  /** Something else to be looked for. */
  readonly planted: (value: string) => void;
}

/** Marked values in every free-text field of members, keys, work intents, namespaces and requests for access. */
export async function plantAccess({ owner, agent, olga, bearing, mark, planted }: PlantAccess) {
  const { body: invited } = await owner('POST', '/v1/invitations', {
    user: 'ines',
    handle: mark('handle'),
    roles: [],
  });
  const accept = `/v1/invitations/${invited.id}/accept`;
  const { body: member } = await bearing(invited.token)('POST', accept, { key_name: mark('key-name') });
  const rotated = await owner('POST', `/v1/keys/${member.key.id}/rotate`, { name: mark('rotated') });
  planted(invited.token);
  planted(member.key.key);
  planted(rotated.body.key);

  const { body: intent } = await agent('POST', '/api/v1/intents', {
    title: mark('title'),
    description: mark('description'),
    constraints: { rule: mark('constraint') },
    state: { note: mark('state') },
    created_by: mark('creator'),
  });
  const path = `/api/v1/intents/${intent.id}`;
  const patches = [{ op: 'set', path: 'note', value: mark('patched') }];
  await agent('POST', `${path}/state`, { patches }, { 'if-match': '1' });
  await agent('PATCH', `${path}/state`, { patches }, { 'if-match': '2' });
  await agent('POST', `${path}/status`, { status: 'active', reason: mark('status') }, { 'if-match': '3' });
  await agent('PATCH', `${path}/status`, { status: 'blocked', reason: mark('blocked') }, { 'if-match': '4' });
  await agent('PUT', `${path}/context-rule`, { context: { inject: [mark('injected')] } });
  await agent('POST', `${path}/events`, {
    event_type: 'comment',
    payload: { note: mark('told') },
    trace_id: mark('trace'),
    parent_event_id: mark('parent'),
    actor: mark('actor'),
  });
  await agent('POST', `${path}/approvals`, {
    action: 'complete',
    reason: mark('approval'),
    context: { note: mark('context') },
    requested_by: mark('requester'),
  });
  await agent('POST', `${path}/costs`, {
    ...{ cost_type: 'tokens', amount: 1, unit: 'tokens' },
    metadata: { model: mark('metadata') },
    agent_id: mark('spender'),
  });
  await agent('POST', '/api/v1/namespaces', { namespace: 'books', description: mark('namespace') });

  for (const resource of [path, '/api/v1/namespaces/books']) {
    const entry = { principal_id: 'noter', permission: 'read', reason: mark('grant') };
    const { body: granted } = await agent('POST', `${resource}/acl/entries`, entry);
    await agent('POST', `${resource}/delegate`, {
      agent_id: 'bystander',
      permission: 'read',
      payload: { task: mark('task') },
      reason: mark('delegated'),
    });
    const request = {
      principal_id: mark('claimed'),
      principal_type: mark('kind'),
      requested_permission: 'read',
      reason: mark('asked'),
      capabilities: [mark('capability')],
    };
    for (const answer of ['deny', 'approve']) {
      const { body: asked } = await olga('POST', `${resource}/access-requests`, request);
      await agent('POST', `${resource}/access-requests/${asked.id}/${answer}`, {
        decided_by: mark('decider'),
        reason: mark(answer),
      });
    }
    await agent('DELETE', `${resource}/acl/entries/${granted.id}`, { reason: mark('ended') });
    const entries = [{ ...entry, reason: mark('listed') }];
    await agent('PUT', `${resource}/acl`, { default_policy: 'closed', entries });
  }
}
