import { createCommandHandler } from '@countersign/event-store';
import { sealedEvent } from '@countersign/service';
import { describe, expect, it } from 'vitest';
import { approval } from '../approval/decide.ts';
import { startAcme } from '../testing/running-approvals.ts';
import { callId, definitionHash } from '../testing/stand-ins.ts';
import { createAskReaction } from './ask.ts';

describe('an evaluation that asks for approval', () => {
  it('asks a human once, bound to what was judged', async () => {
    const running = await startAcme();
    const digest = await running.upstream.asked(1, {
      approvers: ['role:operator', 'user:nina'],
      quorum: 2,
      ttlMs: 900_000,
    });
    const [asked, ...more] = await running.events(1);
    expect(more).toEqual([]);
    expect(asked).toMatchObject({ type: 'agent.approval.requested', sequence: 1, correlation: callId(1) });
    expect(asked?.data).toMatchObject({
      tool_call_id: callId(1),
      tool: 'delete-file',
      arguments_digest: digest,
      tool_definition_hash: definitionHash('delete-file', 1),
      agent_id: 'helper',
      user_id: 'alice',
      agent_owner: 'alice',
      requested_by: { kind: 'agent', id: 'helper' },
      approvers: ['role:operator', 'user:nina'],
      quorum: { needed: 2, given: 0 },
      timeout_ms: 900_000,
      expires_at: '2026-11-21T12:15:00.000Z',
      risks: ['destructive', 'production', 'high_sensitivity'],
    });
  });

  it('shows the very disclosures of the announcement, and nothing of them in the clear', async () => {
    const running = await startAcme();
    await running.upstream.asked(1, {
      args: { path: 'marked-a' },
      reason: 'marked-b',
      reasoning: 'marked-c',
    });
    const [asked] = await running.events(1);
    if (!asked) throw new Error('nobody was asked');
    expect(JSON.stringify(asked)).not.toContain('marked');
    const opened = await running.sealer.open(sealedEvent(asked));
    expect(opened).toMatchObject({
      fields: { arguments: { path: 'marked-a' }, reason: 'marked-b', reasoning: 'marked-c' },
    });
    expect(asked.sealed?.digests.arguments).toBe(asked.data.arguments_digest);
  });

  it('gives an answer one person and a minute where the obligations say nothing else', async () => {
    const running = await startAcme();
    await running.upstream.asked(1);
    const [asked] = await running.events(1);
    expect(asked?.data).toMatchObject({ quorum: { needed: 1 }, timeout_ms: 60_000 });
  });

  it('asks nobody for any other verdict, and not at release', async () => {
    const running = await startAcme();
    await running.upstream.asked(1, { evaluation: { verdict: 'allow' } });
    await running.upstream.asked(2, { evaluation: { verdict: 'deny' } });
    await running.upstream.asked(3, { evaluation: { phase: 'release' } });
    for (const call of [1, 2, 3]) expect(await running.events(call)).toEqual([]);
  });

  it('asks nobody a second time when it is delivered again, whatever came of the question', async () => {
    const running = await startAcme();
    const digests = [await running.upstream.asked(1), await running.upstream.asked(2)];
    await running.settled();
    await running.decide(1, String(digests[0]));
    const again = await running.restart({ redeliver: true });
    expect(await again.steps(1)).toEqual(['requested', 'voted', 'granted']);
    expect(await again.steps(2)).toEqual(['requested']);
  });
});

describe('a question that can not stand', () => {
  it('because its call ran out of time before it was judged ends at once: nobody decides on what is over', async () => {
    const running = await startAcme();
    const digest = await running.upstream.announced(1);
    await running.upstream.blocked(1, 'undecided');
    await running.settled();
    await running.upstream.evaluated(1, digest);
    const [, voided] = await running.events(1);
    expect(await running.steps(1)).toEqual(['requested', 'voided']);
    expect(voided?.data.cause).toBe('undecided');
  });

  it('is void at once when its text has been erased', async () => {
    const running = await startAcme();
    const digest = await running.upstream.announced(1);
    await running.vault.destroy({ organization: 'acme', subject: 'alice' });
    await running.upstream.evaluated(1, digest);
    const [asked, ended] = await running.events(1);
    expect(ended).toMatchObject({ type: 'agent.approval.voided', data: { cause: 'erased' } });
    expect(asked?.sealed).toBeUndefined();
    const { body } = await running.get(`/v1/approvals/${callId(1)}`);
    expect(body).toMatchObject({ state: 'void', arguments: { erased: true }, reason: { erased: true } });
  });

  it.each<[string, string, (running: Awaited<ReturnType<typeof startAcme>>) => Promise<void>]>([
    ['a kill switch', 'killed', ({ upstream }) => upstream.kill('agent', 'helper')],
    ['another definition of its tool', 'tool_changed', ({ upstream }) => upstream.tool('delete-file', 2)],
    ['the end of its tool', 'tool_withdrawn', ({ upstream }) => upstream.withdrawTool('delete-file')],
    ['its disabled agent', 'agent_disabled', ({ upstream }) => upstream.disableAgent('helper')],
  ])('is void at once by %s', async (_, cause, fall) => {
    const running = await startAcme();
    const digest = await running.upstream.announced(1);
    await fall(running);
    await running.upstream.evaluated(1, digest);
    const [, ended, ...more] = await running.events(1);
    expect(ended).toMatchObject({ type: 'agent.approval.voided', data: { cause } });
    expect(more).toEqual([]);
    const again = await running.restart({ redeliver: true });
    expect(await again.steps(1)).toEqual(['requested', 'voided']);
  });

  it('is void by what came before it, although this process hears of that only now', async () => {
    const { upstream, store, bus, sealer, close } = await startAcme();
    await close();
    await upstream.asked(1);
    let heard = false;
    const fall = { reason: 'killed', layer: 'kill_switch', message: '', killSwitchId: null } as const;
    const ask = createAskReaction({
      approvals: createCommandHandler({ store, decider: approval, seal: sealer.seal }),
      bus,
      sealer,
      isCounted: () => false,
      standing: () => (heard ? fall : null),
      reached: async (position) => {
        expect(position).toBe(store.acceptedPosition);
        heard = true;
      },
    });
    const evaluated = await bus.reread(`evaluation-${callId(1)}`, 1);
    if (!evaluated) throw new Error('nothing was evaluated');
    await ask(evaluated);
    const events = await store.read(`approval-${callId(1)}`, { visibility: 'accepted' });
    expect(events.map(({ type }) => type)).toEqual(['approval-requested.v1', 'approval-voided.v1']);
  });
});

describe('where the plan counts questions', () => {
  const counting = async (limit: number | null) => {
    const running = await startAcme();
    const counters = { approvals_requested: { period: 'daily', ...(limit === null ? {} : { limit }) } };
    await running.upstream.plan('unlimited', { counters });
    return running;
  };

  it.each([
    ['a limit', 5],
    ['no limit', null],
  ] as const)(
    '(%s) nobody is asked before the meter has counted the question, and then once',
    async (_, limit) => {
      const running = await counting(limit);
      await running.upstream.asked(1);
      expect(await running.steps(1)).toEqual([]);
      await running.upstream.charged(1);
      expect(await running.steps(1)).toEqual(['requested']);
      const again = await running.restart({ redeliver: true });
      expect(await again.steps(1)).toEqual(['requested']);
    },
  );

  it('what else is counted for a call puts no question', async () => {
    const running = await counting(5);
    await running.upstream.asked(1);
    await running.upstream.charged(1, 'traces_retrieved');
    expect(await running.steps(1)).toEqual([]);
  });

  it('a count of a call that is not to be asked about puts none', async () => {
    const running = await counting(5);
    await running.upstream.asked(1, { evaluation: { verdict: 'allow' } });
    await running.upstream.charged(1);
    expect(await running.steps(1)).toEqual([]);
  });
});
