import { beforeEach, describe, expect, it } from 'vitest';
import { broken, createGoverned } from '../testing/governed.ts';

const { world, requests } = createGoverned();
const { ask, change, govern, complete, approval, approve, told, begin, started } = requests;
beforeEach(begin);

describe('a completion that takes approval', () => {
  it('O-GVN-4: O-GVN-7: is carried by one that another gave, which is named', async () => {
    await started({ completion_mode: 'require_approval' });
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    const asked = await ask('creator', 'POST', '/approvals', {
      ...{ action: 'complete', reason: 'all done', context: { tests: 12 }, requested_by: 'worker' },
    });
    const time = expect.stringMatching(/\+00:00$/);
    const pending = {
      ...{ id: expect.any(String), intent_id: world.id, requested_by: 'creator', action: 'complete' },
      ...{ reason: 'all done', context: { tests: 12 }, status: 'pending', created_at: time },
      ...{ decided_by: null, decided_at: null },
    };
    expect(asked).toEqual({ status: 201, body: pending });
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    const one = String(asked.body.id);
    expect(await approve('creator', one)).toMatchObject({ status: 403, body: { error: 'self_approval' } });
    const approved = { ...pending, status: 'approved', decided_by: 'worker', decided_at: time };
    expect(await approve('worker', one)).toEqual({ status: 200, body: approved });
    for (const how of ['approve', 'deny']) {
      const again = await ask('worker', 'POST', `/approvals/${one}/${how}`);
      expect(again).toMatchObject({ status: 409, body: { error: 'already_decided' } });
      expect(JSON.stringify(again.body)).not.toMatch(/lease/i);
    }
    expect(await ask('creator', 'GET', `/approvals/${one}`)).toEqual({ status: 200, body: approved });
    expect(await complete(2)).toMatchObject({ status: 200, body: { status: 'completed', version: 3 } });
    const [last] = await told('status_changed');
    expect(last).toMatchObject({ to: 'completed', approvals: [one] });
    expect(await told('governance.approval_granted')).toEqual([
      {
        ...{ actor: 'worker', approval_id: one, action: 'complete' },
        ...{ decision: 'approved', requested_by: 'creator' },
      },
    ]);
  });

  it('O-GVN-7: is not decided by who does not administer, and not found elsewhere', async () => {
    await started({ completion_mode: 'require_approval' });
    await world.work.grant(world.id, 'helper', 'write');
    const one = await approval('helper');
    expect(await approve('helper', one)).toMatchObject({ status: 403, body: { error: 'forbidden' } });
    const other = await world.work.intent();
    const there = await world.work.ask('creator', 'POST', `/intents/${other}/approvals/${one}/approve`);
    expect(there.status).toBe(404);
    expect((await ask('creator', 'GET', `/approvals/${other}`)).status).toBe(404);
    expect((await world.work.ask('helper', 'GET', `/intents/${other}/approvals/${one}`)).status).toBe(404);
    expect(await ask('worker', 'POST', `/approvals/${one}/deny`)).toMatchObject({
      status: 200,
      body: { status: 'denied', decided_by: 'worker' },
    });
    expect(await told('governance.approval_denied')).toMatchObject([
      { actor: 'worker', approval_id: one, decision: 'denied', requested_by: 'helper' },
    ]);
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    const two = await approval('helper', 'deploy');
    const listed = await ask('helper', 'GET', '/approvals');
    expect(listed.body.approvals).toMatchObject([{ id: two }, { id: one }]);
    expect((await ask('helper', 'GET', '/approvals?status=pending')).body.approvals).toMatchObject([
      { id: two },
    ]);
  });

  it('O-GVN-5: of a quorum is carried by so many different approvers of the assigned agents, rounded up', async () => {
    await started({ completion_mode: 'quorum' });
    await world.work.grant(world.id, 'helper', 'admin');
    // Three agents at 0.6 are two.
    const [one, two, three] = [
      await approval('creator'),
      await approval('creator'),
      await approval('worker'),
    ];
    await approve('worker', one);
    await approve('worker', two);
    const refused = await complete(2);
    expect(refused).toMatchObject(broken('completion_mode'));
    expect(refused.body.message).toContain('1 of 2');
    await approve('helper', three);
    expect(await complete(2)).toMatchObject({ status: 200 });
    // Of each approver the newest.
    expect((await told('status_changed'))[0]).toMatchObject({ approvals: [two, three] });
  });

  it('is approved by nobody who owns the agent that asks, nor by another agent of theirs', async () => {
    const { upstream } = world.work.engine;
    await upstream.agent('creator', { owner: 'owner' });
    await upstream.agent('worker', { owner: 'owner' });
    await upstream.developersMay('manage_intents');
    await upstream.user('owner', { roles: [{ scope: { organization: 'acme' }, role: 'developer' }] });
    await started({ completion_mode: 'require_approval' });
    await world.work.grant(world.id, 'helper', 'admin');
    const one = await approval('creator');
    for (const own of ['worker', 'owner'])
      expect(await approve(own, one)).toMatchObject({ status: 403, body: { error: 'self_approval' } });
    expect(await approve('helper', one)).toMatchObject({ status: 200 });
    // Who comes to own both has approved what they ask for.
    await upstream.agent('helper', { owner: 'owner' });
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
  });

  it('O-GVN-5: of a quorum is not carried by two agents of one owner', async () => {
    for (const twin of ['worker', 'helper']) await world.work.engine.upstream.agent(twin, { owner: 'alice' });
    await started({ completion_mode: 'quorum' });
    await world.work.grant(world.id, 'helper', 'admin');
    for (const twin of ['worker', 'helper']) await approve(twin, await approval('creator'));
    const refused = await complete(2);
    expect(refused).toMatchObject(broken('completion_mode'));
    expect(refused.body.message).toContain('1 of 2');
  });

  it('shows an approval that counts no more as expired: of another state, another policy, or a completion', async () => {
    await started({ completion_mode: 'require_approval' });
    const [one, deploy, two] = [
      await approval('creator'),
      await approval('creator', 'deploy'),
      await approval('creator'),
    ];
    const waiting = await approval('creator');
    for (const each of [one, deploy]) await approve('worker', each);
    const listed = async (status: string) => {
      const { body } = await ask('creator', 'GET', `/approvals?status=${status}`);
      return (body.approvals as unknown as { id: string }[]).map(({ id }) => id);
    };
    expect(await listed('approved')).toEqual([deploy, one]);
    await change('creator', '/state', 2, { patches: [{ op: 'set', path: 'a', value: 1 }] });
    expect(await complete(3)).toMatchObject(broken('completion_mode'));
    expect([await listed('approved'), await listed('expired')]).toEqual([[deploy], [one]]);
    expect((await ask('creator', 'GET', `/approvals/${one}`)).body).toMatchObject({
      status: 'expired',
      decided_by: 'worker',
    });
    await govern('creator', 3, { completion_mode: 'require_approval', max_cost: 5 });
    expect(await listed('expired')).toEqual([deploy, one]);
    expect(await listed('pending')).toEqual([waiting, two]);
    await approve('worker', two);
    expect(await listed('approved')).toEqual([two]);
    expect(await complete(4)).toMatchObject({ status: 200 });
    expect([await listed('approved'), await listed('expired')]).toEqual([[], [two, deploy, one]]);
  });

  it('O-GVN-5: of a quorum is none where no agent is assigned', async () => {
    world.id = await world.work.intent({ governance_policy: { completion_mode: 'quorum' } }, 'owner');
    await change('owner', '/status', 1, { status: 'active' });
    const refused = await complete(2, 'owner');
    expect(refused).toMatchObject(broken('completion_mode'));
    expect(refused.body.message).toContain('no agent is assigned');
    expect(await told('governance.violation', 'owner')).toHaveLength(1);
  });

  it('is not carried by who has lost the right, nor once they have it again', async () => {
    await started({ completion_mode: 'require_approval' });
    const one = await approval('creator');
    await approve('worker', one);
    const { body: list } = await ask('creator', 'GET', '/acl');
    const [entry] = list.entries as unknown as { id: string }[];
    world.work.engine.clock.advance(1_000);
    await ask('creator', 'DELETE', `/acl/entries/${entry?.id}`);
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    await world.work.grant(world.id, 'worker', 'admin');
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    await approve('worker', await approval('creator'));
    expect(await complete(2)).toMatchObject({ status: 200 });
  });

  it('is not carried by who was disabled, nor by what was approved before the policy changed', async () => {
    await started({ completion_mode: 'require_approval' });
    await world.work.engine.upstream.agent('worker');
    await approve('worker', await approval('creator'));
    await govern('creator', 2, { completion_mode: 'require_approval', max_cost: 5 });
    expect(await complete(3)).toMatchObject(broken('completion_mode'));
    await approve('worker', await approval('creator'));
    await world.work.engine.upstream.disableAgent('worker');
    expect(await complete(3)).toMatchObject(broken('completion_mode'));
  });

  const developer = { roles: [{ scope: { organization: 'acme' }, role: 'developer' }] };
  it.each<[string, string, () => Promise<unknown>, () => Promise<unknown>]>([
    [
      'was in a group, has left it and come back',
      'helper',
      async () => {
        await world.work.engine.upstream.group('crew', 'helper');
        const entry = { principal_id: 'crew', principal_type: 'group', permission: 'admin' };
        await ask('creator', 'POST', '/acl/entries', entry);
      },
      async () => {
        await world.work.engine.upstream.group('crew', 'other');
        await world.work.engine.upstream.group('crew', 'helper');
      },
    ],
    [
      'was disabled and enabled',
      'worker',
      () => world.work.engine.upstream.agent('worker'),
      async () => {
        await world.work.engine.upstream.disableAgent('worker');
        await world.work.engine.upstream.enableAgent('worker');
      },
    ],
    [
      'has a role that did not grant it for a while',
      'owner',
      async () => {
        await world.work.engine.upstream.developersMay('manage_intents');
        await world.work.engine.upstream.user('owner', developer);
      },
      async () => {
        await world.work.engine.upstream.developersMay('read');
        await world.work.engine.upstream.developersMay('manage_intents');
      },
    ],
  ])('is not carried by who %s', async (_, who, give, interrupt) => {
    await started({ completion_mode: 'require_approval' });
    await give();
    expect(await approve(who, await approval('creator'))).toMatchObject({ status: 200 });
    await interrupt();
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    expect(await approve(who, await approval('creator'))).toMatchObject({ status: 200 });
    expect(await complete(2)).toMatchObject({ status: 200 });
  });

  it('is not given by who administers the installation alone', async () => {
    await started({ completion_mode: 'require_approval' });
    const one = await approval('creator');
    expect(await approve('owner', one)).toMatchObject({ status: 403, body: { error: 'forbidden' } });
  });
});

describe('the texts of governance', () => {
  it('are sealed, and gone with who wrote them', async () => {
    world.id = await world.work.intent();
    const one = await approval('creator');
    const metadata = { model: 'secret-model' };
    await ask('creator', 'POST', '/costs', { cost_type: 'tokens', amount: 1, unit: 'tokens', metadata });
    const published = JSON.stringify((await world.work.engine.published()).map(({ data }) => data));
    for (const text of ['all done', 'secret-model']) expect(published).not.toContain(text);
    await world.work.grant(world.id, 'worker', 'read');
    await world.work.engine.vault.destroy({ organization: 'acme', subject: 'creator' });
    const erased = { erased: true };
    expect((await ask('worker', 'GET', `/approvals/${one}`)).body).toMatchObject({
      reason: erased,
      context: erased,
    });
    expect((await ask('worker', 'GET', '/costs')).body.costs).toMatchObject([
      { amount: 1, metadata: erased },
    ]);
  });
});
