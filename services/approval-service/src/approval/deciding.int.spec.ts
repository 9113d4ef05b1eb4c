import { describe, expect, it } from 'vitest';
import { type RunningApprovals, roleOf, startAcme } from '../testing/running-approvals.ts';
import type { AskedCall } from '../testing/upstream.ts';

/** A waiting question, and the digest that an answer names. */
async function asking(as: AskedCall = {}): Promise<readonly [RunningApprovals, string]> {
  const running = await startAcme();
  const { upstream } = running;
  await upstream.user('pat', [{ scope: { project: 'default' }, role: 'operator' }]);
  await upstream.user('pia', [{ scope: { project: 'other' }, role: 'operator' }]);
  await upstream.user('olivia', [roleOf('owner')]);
  await upstream.user('vic', [roleOf('viewer')]);
  await upstream.group('finance', 'olga', 'vic');
  const digest = await upstream.asked(1, as);
  await running.settled();
  return [running, digest];
}

describe('who may decide', () => {
  it.each<[string, string, AskedCall]>([
    ['who holds the role that is named', 'user:olga@acme', { approvers: ['role:operator'] }],
    ['who holds it in the project of the call', 'user:pat@acme', { approvers: ['role:operator'] }],
    ['who holds one of several roles', 'user:olivia@acme', { approvers: ['role:operator', 'role:owner'] }],
    ['a member of a named group who may approve', 'user:olga@acme', { approvers: ['group:finance'] }],
    ['who is named, without any role', 'user:nina@acme', { approvers: ['user:nina'] }],
    ['who is named beside a role', 'user:nina@acme', { approvers: ['role:operator', 'user:nina'] }],
  ])('%s', async (_, as, question) => {
    const [running, digest] = await asking(question);
    expect(await running.decide(1, digest, as)).toEqual({
      status: 200,
      body: { state: 'granted', quorum: { needed: 1, given: 1 } },
    });
    expect(await running.steps(1)).toEqual(['requested', 'voted', 'granted']);
  });

  it.each<[string, string, number, string, AskedCall]>([
    ['who holds another role', 'user:vic@acme', 403, 'not_an_approver', { approvers: ['role:operator'] }],
    [
      'who holds the role elsewhere',
      'user:pia@acme',
      403,
      'not_an_approver',
      { approvers: ['role:operator'] },
    ],
    ['who holds no role', 'user:nina@acme', 403, 'not_an_approver', { approvers: ['role:operator'] }],
    ['who is not the one named', 'user:olga@acme', 403, 'not_an_approver', { approvers: ['user:nina'] }],
    [
      'who holds a named role that may not approve',
      'user:vic@acme',
      403,
      'not_an_approver',
      { approvers: ['role:viewer'] },
    ],
    [
      'a member of a named group who may not approve',
      'user:vic@acme',
      403,
      'not_an_approver',
      { approvers: ['group:finance'] },
    ],
    ['no member of the group', 'user:olivia@acme', 403, 'not_an_approver', { approvers: ['group:finance'] }],
    ['a member of nothing', 'user:olga@acme', 403, 'not_an_approver', { approvers: ['group:board'] }],
    ['whom the call acts for', 'user:alice@acme', 403, 'self_approval', { approvers: ['user:alice'] }],
    [
      'who announced it',
      'user:olga@acme',
      403,
      'self_approval',
      { requestedBy: { kind: 'user', id: 'olga' } },
    ],
    ['the agent that asked', 'agent:helper@acme', 403, 'self_approval', { approvers: ['role:operator'] }],
    ['another agent', 'agent:other@acme', 404, 'not_found', { approvers: ['role:operator'] }],
    ['a service', 'service:runner@acme', 404, 'not_found', { approvers: ['role:operator'] }],
    ['an agent with the id of an approver', 'agent:olga@acme', 404, 'not_found', {}],
    ['a person of another organization', 'user:olga@globex', 404, 'not_found', {}],
    [
      'who is named, in another organization',
      'user:nina@globex',
      404,
      'not_found',
      { approvers: ['user:nina'] },
    ],
  ])('not %s', async (_, as, status, code, question) => {
    const [running, digest] = await asking(question);
    expect(await running.decide(1, digest, as)).toMatchObject({ status, body: { code } });
    expect(await running.steps(1)).toEqual(['requested']);
  });

  it('not the owner of the agent, who is another than whom it acts for', async () => {
    const running = await startAcme();
    await running.upstream.changedAgent('helper', { owner: 'carol', acts_for: ['alice'] });
    const digest = await running.upstream.announced(1);
    await running.upstream.evaluated(1, digest, { agentOwner: 'carol' });
    await running.settled();
    expect(await running.decide(1, digest, 'user:carol@acme')).toMatchObject({
      status: 403,
      body: { code: 'self_approval' },
    });
    expect((await running.decide(1, digest, 'user:olga@acme')).status).toBe(200);
  });

  it('not who has become the owner of the agent since it was asked', async () => {
    const [running, digest] = await asking();
    await running.upstream.changedAgent('helper', { owner: 'olga', acts_for: ['alice'] });
    await running.settled();
    expect(await running.decide(1, digest, 'user:olga@acme')).toMatchObject({
      status: 403,
      body: { code: 'self_approval' },
    });
    expect((await running.decide(1, digest, 'user:carol@acme')).status).toBe(200);
  });

  it('by the roles that they hold now', async () => {
    const [running, digest] = await asking();
    await running.upstream.changedUser('olga', []);
    await running.upstream.changedUser('nina', [roleOf('operator')]);
    await running.settled();
    expect(await running.decide(1, digest, 'user:olga@acme')).toMatchObject({
      body: { code: 'not_an_approver' },
    });
    expect((await running.decide(1, digest, 'user:nina@acme')).status).toBe(200);
  });
});

describe('an answer', () => {
  it('counts distinct people up to the quorum', async () => {
    const [running, digest] = await asking({ quorum: 2 });
    expect(await running.decide(1, digest, 'user:olga@acme')).toEqual({
      status: 200,
      body: { state: 'waiting', quorum: { needed: 2, given: 1 } },
    });
    expect(await running.decide(1, digest, 'user:olga@acme')).toMatchObject({
      status: 409,
      body: { code: 'already_decided' },
    });
    expect(await running.decide(1, digest, 'user:carol@acme')).toEqual({
      status: 200,
      body: { state: 'granted', quorum: { needed: 2, given: 2 } },
    });
    const granted = (await running.events(1)).at(-1);
    expect(granted?.data).toMatchObject({ approvers: ['olga', 'carol'], user_response: 'approved' });
  });

  it('ends it with one no, also of who had said yes to nothing', async () => {
    const [running, digest] = await asking({ quorum: 2 });
    await running.decide(1, digest, 'user:olga@acme');
    expect(await running.decide(1, digest, 'user:carol@acme', 'deny')).toEqual({
      status: 200,
      body: { state: 'denied', quorum: { needed: 2, given: 1 } },
    });
    const denied = (await running.events(1)).at(-1);
    expect(denied?.data).toMatchObject({ approvers: ['olga'], by: { id: 'carol' }, user_response: 'denied' });
  });

  it('O-HIT-2, O-HIT-3: is refused when it is late, second, altered or about nothing, each with its code', async () => {
    const [running, digest] = await asking();
    const other = 'A'.repeat(43);
    expect(await running.decide(1, other)).toMatchObject({ status: 409, body: { code: 'digest_mismatch' } });
    expect(await running.decide(9, digest)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    await running.decide(1, digest);
    expect(await running.decide(1, digest, 'user:carol@acme')).toMatchObject({
      status: 409,
      body: { code: 'already_decided' },
    });
    const second = await running.upstream.asked(2);
    await running.upstream.kill('tool', 'delete-file');
    await running.settled();
    expect(await running.decide(2, second)).toMatchObject({ status: 410, body: { code: 'void' } });
  });

  it('keeps its reason sealed under the person who gave it', async () => {
    const [running, digest] = await asking();
    await running.decide(1, digest);
    const [, voted, granted] = await running.events(1);
    for (const event of [voted, granted]) {
      expect(event?.sealed?.key).toMatch(/^acme\/olga\//);
      expect(JSON.stringify(event?.data)).not.toContain('because');
    }
  });
});

describe('roles of another catalog', () => {
  it('answer by what they grant now', async () => {
    const running = await startAcme();
    const first = await running.upstream.asked(1);
    await running.settled();
    await running.upstream.roles({ operator: ['read'], reviewer: ['approve_tool_calls'] });
    await running.settled();
    expect(await running.decide(1, first)).toMatchObject({ status: 403, body: { code: 'not_an_approver' } });
    await running.upstream.roles({ operator: ['read', 'approve_tool_calls'] });
    await running.settled();
    expect(await running.decide(1, first)).toMatchObject({ status: 200, body: { state: 'granted' } });
  });
});
