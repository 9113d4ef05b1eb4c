import { problem } from '@countersign/contracts';
import { createKillSwitchBoard } from '@countersign/directory';
import type { Message } from '@countersign/message-bus';
import { createMetrics } from '@countersign/telemetry';
import { describe, expect, it } from 'vitest';
import { measureAnnouncements, measureCalls } from './metrics.ts';
import { callMessage, controlMessage } from './testing/messages.ts';
import type { WaitingAnnouncement } from './toolcall/announce.ts';
import { createCallsView } from './views/calls.ts';

/** A measured view of calls, in a process that started when the ledger stood at a position. */
function measured(startedAt = 0) {
  const metrics = createMetrics();
  const board = createKillSwitchBoard();
  const view = createCallsView({ decisionTimeoutMs: 2_000, outcomeTtlMs: 900_000, onChange: () => {} });
  const store = { acceptedPosition: startedAt } as never;
  const calls = measureCalls(view, { metrics, store }, board);
  return {
    board,
    apply(...messages: readonly Message[]) {
      for (const message of messages) {
        board.apply(message);
        calls.apply(message);
      }
    },
    /** Lines of the exposition about these metrics that are not 0. */
    async shown(names: RegExp) {
      const lines = (await metrics.expose()).split('\n');
      return lines.filter((line) => names.test(line) && !line.startsWith('#') && !line.endsWith(' 0')).sort();
    },
  };
}

/** The messages of one call, each at the next position. */
function callOf(call: string, ...types: readonly Parameters<typeof callMessage>[0][]): Message[] {
  return types.map((type, index) => callMessage(type, { position: index + 1, call }));
}

const ENDS = /^(tool_calls|blocked_actions|unauthorized_outcomes)_total/;

describe('ends of calls', () => {
  it('are counted by status and reason, once', async () => {
    const { apply, shown } = measured();
    const ended = callOf('c1', 'agent.tool.requested', 'agent.safety.blocked', 'agent.quota.released');
    apply(...ended, ...ended);
    expect(await shown(ENDS)).toEqual([
      'blocked_actions_total{reason="denied"} 1',
      'tool_calls_total{status="blocked"} 1',
    ]);
  });

  it('are counted with the run time of the tool', async () => {
    const { apply, shown } = measured();
    apply(
      ...callOf('c1', 'agent.tool.requested', 'agent.tool.authorized', 'agent.permit.redeemed'),
      callMessage('agent.tool.called', {
        position: 9,
        call: 'c1',
        data: { latency_ms: 180, success: false },
      }),
    );
    expect(await shown(ENDS)).toEqual(['tool_calls_total{status="failed"} 1']);
    expect(await shown(/^tool_latency_seconds_(sum|count)/)).toEqual([
      'tool_latency_seconds_count{tool="delete_file"} 1',
      'tool_latency_seconds_sum{tool="delete_file"} 0.18',
    ]);
  });

  it('keep their status when an outcome comes that nothing allowed, and that is counted by itself', async () => {
    const { apply, shown } = measured();
    apply(
      ...callOf('c1', 'agent.tool.requested', 'agent.tool.lapsed'),
      callMessage('agent.tool.called', { position: 9, call: 'c1', data: { unauthorized: true } }),
    );
    expect(await shown(ENDS)).toEqual([
      'tool_calls_total{status="lapsed"} 1',
      'unauthorized_outcomes_total 1',
    ]);
  });

  it('of earlier starts are not counted when they are projected again', async () => {
    const { apply, shown } = measured(2);
    apply(...callOf('c1', 'agent.tool.requested', 'agent.safety.blocked'));
    expect(await shown(ENDS)).toEqual([]);
  });
});

describe('kill switches', () => {
  it('are shown by scope while they are in force, with the time that they took', async () => {
    const { apply, shown } = measured();
    const target = { kill_switch_id: 'k1', scope: 'tool', target: 'delete_file', drill: false };
    const at = (position: number, ms: number) => ({
      position,
      time: new Date(Date.UTC(2026, 10, 21) + ms).toISOString(),
      data: target,
    });
    apply(controlMessage('killswitch.engaged', at(1, 0)), controlMessage('killswitch.effective', at(2, 40)));
    expect(await shown(/^killswitch_(active|propagation_seconds_sum)/)).toEqual([
      'killswitch_active{scope="tool"} 1',
      'killswitch_propagation_seconds_sum 0.04',
    ]);
    apply(controlMessage('killswitch.released', at(3, 90)));
    expect(await shown(/^killswitch_active/)).toEqual([]);
  });
});

describe('announcements', () => {
  const allowed = { status: 200, body: { replayed: false, obligations: {} } };
  const refusal = { tool_call_id: 'c1', reasons: [], replayed: false };
  const approval = { layer: 'approval', code: 'approval_denied', message: '' };

  it.each<[string, number, unknown]>([
    ['an allowed call', 1, allowed],
    ['a call about which a human is asked', 1, { status: 202, body: { replayed: false, obligations: {} } }],
    ['a denied call', 1, problem('denied', '', refusal as never)],
    ['a call over its quota', 1, problem('over_quota', '', { ...refusal, limit: 1, used: 1 } as never)],
    ['a repeat', 0, { status: 200, body: { ...allowed.body, replayed: true } }],
    ['a refused repeat', 0, problem('denied', '', { ...refusal, replayed: true } as never)],
    [
      'a call that a human has let go',
      0,
      { status: 200, body: { replayed: false, obligations: { approvers: [] } } },
    ],
    [
      'a call that a human has refused',
      0,
      problem('denied', '', { ...refusal, reasons: [approval] } as never),
    ],
    ['a call without a verdict in time', 0, problem('undecided', '', refusal as never)],
    ['a request that is no call', 0, problem('unavailable', '')],
  ])('are timed up to their verdict: %s %d', async (_, count, answer) => {
    const metrics = createMetrics();
    const announce = measureAnnouncements(async () => answer as never, metrics);
    expect(await announce({} as WaitingAnnouncement)).toBe(answer);
    const line = `decision_latency_seconds_count ${count}\n`;
    const text = await metrics.expose();
    if (count === 0) expect(text).not.toMatch(/decision_latency_seconds_count [1-9]/);
    else expect(text).toContain(line);
  });
});
