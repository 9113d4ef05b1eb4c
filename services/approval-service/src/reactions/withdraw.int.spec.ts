import { streamName } from '@countersign/event-sourcing';
import { isStoreError, toNewEvent } from '@countersign/event-store';
import type { ViewStore } from '@countersign/processing';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { edgeMetadata } from '@countersign/service';
import { seededIds } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { type RunningApprovals, roleOf, startAcme } from '../testing/running-approvals.ts';
import { callId } from '../testing/stand-ins.ts';

/** Two waiting questions of `acme`, about `delete-file` and `move-file`, and one of `globex`. */
async function startWaiting(): Promise<RunningApprovals> {
  const running = await startAcme();
  const { upstream } = running;
  await upstream.tool('move-file');
  await upstream.asked(1);
  await upstream.asked(2, { tool: 'move-file' });
  await upstream.organization('globex');
  await upstream.agent('helper', {}, 'globex');
  await upstream.tool('delete-file', 1, 'globex');
  await upstream.asked(3, { organization: 'globex' });
  await running.settled();
  return running;
}

/** An answer that another instance has taken. */
async function voted({ store, clock }: RunningApprovals, call: number, digest: string, by: string) {
  const stream = streamName('approval', callId(call));
  const data = {
    tool_call_id: callId(call),
    by: { kind: 'user', id: by },
    decision: 'approve',
    arguments_digest: digest,
  };
  const metadata = edgeMetadata(
    { clock, ids: seededIds(clock, 99) },
    { organization: 'acme', correlation: callId(call) },
  );
  const vote = toNewEvent({ type: 'approval-voted.v1', data }, 0, metadata);
  const receipt = await store.append(stream, 1, [vote]).durable;
  if (isStoreError(receipt)) throw new Error(receipt.code);
}

/** Why each of the three questions ended, or that it waits. */
async function causes(running: RunningApprovals) {
  const all = await Promise.all([1, 2, 3].map((call) => running.events(call)));
  return all.map((events) => String(events.at(-1)?.data.cause ?? 'waiting'));
}

describe('waiting questions are withdrawn', () => {
  it.each<[string, (running: RunningApprovals) => Promise<void>, readonly string[]]>([
    [
      'by a kill switch on their agent',
      ({ upstream }) => upstream.kill('agent', 'helper'),
      ['killed', 'killed', 'waiting'],
    ],
    [
      'by a kill switch on their tool',
      ({ upstream }) => upstream.kill('tool', 'move-file'),
      ['waiting', 'killed', 'waiting'],
    ],
    [
      'by a kill switch on their user',
      ({ upstream }) => upstream.kill('user', 'alice'),
      ['killed', 'killed', 'waiting'],
    ],
    [
      'by a kill switch on their organization',
      ({ upstream }) => upstream.kill('organization', 'acme'),
      ['killed', 'killed', 'waiting'],
    ],
    [
      'by a kill switch on everything',
      ({ upstream }) => upstream.kill('all', null),
      ['killed', 'killed', 'killed'],
    ],
    [
      'by another definition of their tool',
      ({ upstream }) => upstream.tool('move-file', 2),
      ['waiting', 'tool_changed', 'waiting'],
    ],
    [
      'by the end of their tool',
      ({ upstream }) => upstream.withdrawTool('move-file'),
      ['waiting', 'tool_withdrawn', 'waiting'],
    ],
    [
      'when their agent is disabled',
      ({ upstream }) => upstream.disableAgent('helper'),
      ['agent_disabled', 'agent_disabled', 'waiting'],
    ],
    [
      'when their agent may not act for the user any more',
      ({ upstream }) => upstream.changedAgent('helper', { owner: 'bob', acts_for: ['bob'] }),
      ['right_revoked', 'right_revoked', 'waiting'],
    ],
    [
      'when their call is blocked',
      ({ upstream }) => upstream.blocked(1, 'undecided'),
      ['undecided', 'waiting', 'waiting'],
    ],
  ])('%s', async (_, fall, expected) => {
    const running = await startWaiting();
    await fall(running);
    expect(await causes(running)).toEqual(expected);
  });

  it.each<[string, (running: RunningApprovals) => Promise<void>]>([
    ['a drill', ({ upstream }) => upstream.kill('all', null, true)],
    ['a switch on somebody else', ({ upstream }) => upstream.kill('agent', 'another')],
    ['the same definition once more', ({ upstream }) => upstream.tool('delete-file')],
    [
      'a change of a user that takes nothing away',
      ({ upstream }) => upstream.changedUser('alice', [roleOf('viewer')]),
    ],
  ])('not by %s', async (_, happens) => {
    const running = await startWaiting();
    await happens(running);
    expect(await causes(running)).toEqual(['waiting', 'waiting', 'waiting']);
  });

  it('by roles that do not grant any more what the tool requires, for a while at least', async () => {
    const running = await startAcme();
    const { upstream } = running;
    await upstream.user('alice', [roleOf('developer')]);
    await upstream.tool('move-file', 1, 'acme', ['manage_tools']);
    await upstream.asked(1);
    await upstream.asked(2, { tool: 'move-file' });
    await running.settled();
    await running.close();
    await upstream.roles({ developer: ['read'] });
    await upstream.roles({ developer: ['read', 'manage_tools'] });
    const restarted = await running.restart();
    expect((await causes(restarted)).slice(0, 2)).toEqual(['waiting', 'right_revoked']);
  });

  it('by a group that the agent has left, and come back to before anybody had looked', async () => {
    const running = await startAcme();
    const { upstream } = running;
    await upstream.crew('crew', 'helper');
    await upstream.workIntent('secret', 'crew');
    await upstream.asked(1);
    await upstream.asked(2, { intent: 'secret' });
    await running.settled();
    await running.close();
    await upstream.crew('crew', 'another');
    await upstream.crew('crew', 'another', 'helper');
    const restarted = await running.restart();
    expect((await causes(restarted)).slice(0, 2)).toEqual(['waiting', 'right_revoked']);
  });

  it('by a definition that was taken back before anybody had looked: it revives nothing', async () => {
    const running = await startWaiting();
    await running.close();
    await running.upstream.tool('move-file', 2);
    await running.upstream.tool('move-file', 1);
    expect(await causes(await running.restart())).toEqual(['waiting', 'tool_changed', 'waiting']);
  });

  it('by a definition that was taken back before an answer came, which moves the question past neither', async () => {
    const running = await startAcme();
    const digest = await running.upstream.asked(1, { quorum: 2 });
    await running.settled();
    await running.close();
    await running.upstream.tool('delete-file', 2);
    await running.upstream.tool('delete-file', 1);
    await voted(running, 1, digest, 'olga');
    const again = await running.restart();
    expect(await again.steps(1)).toEqual(['requested', 'voted', 'voided']);
  });

  it('before an answer that came after it is taken, although all is back as it was', async () => {
    const stored = createMemoryViewStore();
    let looking = Promise.resolve();
    const query: ViewStore['query'] = (...asked) => looking.then(() => stored.query(...asked));
    const running = await startAcme({ ...stored, query });
    const digest = await running.upstream.asked(1);
    await running.settled();
    const slow = Promise.withResolvers<void>();
    looking = slow.promise;
    await running.upstream.tool('delete-file', 2);
    await running.upstream.tool('delete-file', 1);
    const answer = running.decide(1, digest);
    for (let turn = 0; turn < 50; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    slow.resolve();
    expect(await answer).toMatchObject({ status: 410, body: { code: 'void' } });
    expect(await running.steps(1)).toEqual(['requested', 'voided']);
  });

  it('once, however often the cause is told, and never after an answer', async () => {
    const running = await startWaiting();
    const [asked] = await running.events(2);
    expect((await running.decide(2, String(asked?.data.arguments_digest))).status).toBe(200);
    await running.upstream.kill('all', null);
    await running.settled();
    const again = await running.restart({ redeliver: true });
    expect(await again.steps(1)).toEqual(['requested', 'voided']);
    expect(await again.steps(2)).toEqual(['requested', 'voted', 'granted']);
  });

  it('all of them, however many there are', async () => {
    const running = await startAcme();
    for (let call = 1; call <= 520; call += 1) await running.upstream.asked(call);
    await running.settled();
    await running.upstream.kill('organization', 'acme');
    await running.settled();
    const { body } = await running.get('/v1/approvals?state=waiting');
    expect(body.items).toEqual([]);
    const void_ = await running.get('/v1/approvals?state=void&limit=1000');
    expect(void_.body.items).toHaveLength(520);
  });
});
