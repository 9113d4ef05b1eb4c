import type { PublicEventType } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { AT, CALL_ID, later } from '../testing/call-commands.ts';
import { callMessage } from '../testing/messages.ts';
import type { CallRow } from './call-row.ts';
import { createCallsView } from './calls.ts';

type Step = PublicEventType | readonly [type: PublicEventType, data: JsonObject];

/** What a view that is told a story, one message a second, has of the call; and what watchers were told. */
function told(...story: readonly Step[]): { row: CallRow | undefined; changes: CallRow[] } {
  const changes: CallRow[] = [];
  const onChange = (row: CallRow) => void changes.push(row);
  const view = createCallsView({ decisionTimeoutMs: 2_000, outcomeTtlMs: 900_000, onChange });
  story.forEach((step, index) => {
    const [type, data = {}] = typeof step === 'string' ? [step] : step;
    view.apply(callMessage(type, { position: index + 1, time: later(index * 1_000), data }));
  });
  return { row: view.table.get(CALL_ID), changes };
}

const rowAfter = (...story: readonly Step[]) => told(...story).row;
const ms = (time: string) => Date.parse(time);

const requested = 'agent.tool.requested';
const judged = (verdict: CallRow['verdict']): Step => ['agent.tool.evaluated', { verdict }];
const blocked = (reason: string, reasons: JsonObject['reasons'] = []): Step => [
  'agent.safety.blocked',
  {
    reason,
    context: {
      agent_id: 'report-cleaner',
      layer: 'gateway',
      rules: [],
      reasons,
      tool_action: 'delete',
      environment: 'production',
      kill_switch_id: null,
    },
  },
];
const EXPIRES_AT = later(60_000);
const authorized: Step = ['agent.tool.authorized', { expires_at: EXPIRES_AT, kill_epoch: '7' }];
const redeemed: Step = ['agent.permit.redeemed', { kill_epoch: '8' }];
const toPermit = [requested, judged('allow'), 'agent.quota.reserved', authorized] as const;

describe('the status of a call', () => {
  it.each<[status: CallRow['status'], deadline: number | null, how: string, story: readonly Step[]]>([
    ['evaluating', ms(AT) + 2_000, 'when it is announced', [requested]],
    ['evaluating', ms(AT) + 2_000, 'while it is metered', [requested, judged('allow')]],
    [
      'awaiting_approval',
      null,
      'while a human is asked, for as long as the question stands',
      [requested, judged('require_approval'), 'agent.approval.requested'],
    ],
    [
      'evaluating',
      ms(later(3_000)) + 2_000,
      'after a grant, with the whole time-out again',
      [requested, judged('require_approval'), 'agent.approval.requested', 'agent.approval.granted'],
    ],
    ['authorized', ms(EXPIRES_AT), 'with a permit', toPermit],
    ['redeemed', ms(later(4_000)) + 900_000, 'when the permit is used', [...toPermit, redeemed]],
    [
      'succeeded',
      null,
      'by a good outcome',
      [...toPermit, redeemed, ['agent.tool.called', { success: true }]],
    ],
    ['failed', null, 'by a bad outcome', [...toPermit, redeemed, ['agent.tool.called', { success: false }]]],
    ['lapsed', null, 'when nobody redeemed', [...toPermit, 'agent.tool.lapsed']],
    ['abandoned', null, 'without an outcome', [...toPermit, redeemed, 'agent.tool.abandoned']],
    [
      'succeeded',
      null,
      'by an outcome that came late',
      [...toPermit, redeemed, 'agent.tool.abandoned', ['agent.tool.called', { success: true, late: true }]],
    ],
    [
      'lapsed',
      null,
      'still, after an outcome that nobody permitted',
      [...toPermit, 'agent.tool.lapsed', ['agent.tool.called', { unauthorized: true }]],
    ],
    ['denied', null, 'by a policy', [requested, judged('deny'), blocked('denied')]],
    ['blocked', null, 'by a kill switch', [requested, judged('deny'), blocked('killed')]],
    ['blocked', null, 'without a verdict in time', [requested, blocked('undecided')]],
    [
      'blocked',
      null,
      'by a human',
      [
        requested,
        judged('require_approval'),
        'agent.approval.requested',
        'agent.approval.denied',
        blocked('approval_denied'),
      ],
    ],
    [
      'blocked',
      null,
      'by the second judgement',
      [
        requested,
        judged('require_approval'),
        'agent.approval.requested',
        'agent.approval.granted',
        judged('deny'),
        blocked('approval_void'),
      ],
    ],
    [
      'blocked',
      null,
      'by a meter',
      [requested, judged('allow'), 'agent.quota.denied', blocked('over_quota')],
    ],
    ['blocked', null, 'after its permit', [...toPermit, blocked('killed')]],
    [
      'blocked',
      null,
      'still, when a verdict comes late',
      [requested, blocked('undecided'), judged('require_approval'), 'agent.approval.requested'],
    ],
  ])('is %s, due %s: %s', (status, deadline, _, story) => {
    expect(rowAfter(...story)).toMatchObject({ status, deadline });
  });
});

describe('the row of a call', () => {
  it('has what was asked for, and when', () => {
    expect(rowAfter(requested)).toMatchObject({
      id: CALL_ID,
      organization: 'acme',
      agent_id: 'report-cleaner',
      user_id: 'alice',
      tool_name: 'delete_file',
      created_at: AT,
      updated_at: AT,
      position: 1,
      verdict: null,
      approval: null,
      permit: null,
      outcome: null,
    });
  });

  it('has the permit, from which its token is made, and how it was redeemed', () => {
    const event_id = '01a1fd5a-0e60-7260-a743-000000000004';
    expect(rowAfter(...toPermit)?.permit).toEqual({
      event_id,
      position: 4,
      judged_at: 3,
      expires_at: EXPIRES_AT,
      kill_epoch: 7,
      redeemed: false,
    });
    expect(rowAfter(...toPermit, redeemed)?.permit).toEqual({
      event_id,
      position: 5,
      judged_at: 3,
      expires_at: EXPIRES_AT,
      kill_epoch: 8,
      redeemed: true,
    });
  });

  it('has the outcome, and where it stands', () => {
    const outcome = { success: true, executed: true, latency_ms: 4, usage: null, late: false };
    const row = rowAfter(...toPermit, redeemed, ['agent.tool.called', { ...outcome, unauthorized: false }]);
    expect(row?.outcome).toEqual({
      ...outcome,
      unauthorized: false,
      reported_at: later(5_000),
      sequence: 6,
    });
  });

  it('has where the meter wrote of it, and why it refused', () => {
    const row = rowAfter(requested, judged('allow'), 'agent.quota.reserved', 'agent.quota.denied');
    expect(row?.quota_positions).toEqual([3, 4]);
    expect(row?.quota_denied).toMatchObject({ which: { kind: 'meter' }, used: expect.any(Number) });
  });

  it('has the reasons of its end; those of the judgement where the end gives none', () => {
    const reasons = [{ layer: 'gateway', code: 'undecided', message: 'no verdict came in time' }];
    expect(rowAfter(requested, judged('deny'), blocked('undecided', reasons))?.reasons).toEqual(reasons);
    expect(rowAfter(requested, judged('deny'), blocked('denied'))?.reasons).toHaveLength(2);
  });

  it('keeps the reasons of its end when a judgement comes late', () => {
    const reasons = [{ layer: 'gateway', code: 'undecided', message: 'no verdict came in time' }];
    const row = rowAfter(requested, blocked('undecided', reasons), judged('allow'));
    expect(row).toMatchObject({ verdict: null, reasons, position: 3 });
  });

  it.each<[PublicEventType, string]>([
    ['agent.approval.denied', 'denied'],
    ['agent.approval.expired', 'expired'],
    ['agent.approval.voided', 'void'],
    ['agent.approval.granted', 'granted'],
  ])('has the state of the question after %s', (type, state) => {
    const row = rowAfter(requested, 'agent.approval.requested', type);
    expect(row?.approval).toMatchObject({ state, expires_at: expect.any(String) });
  });

  it('is told to watchers with every change', () => {
    const { changes } = told(...toPermit);
    expect(changes.map(({ status, position }) => [status, position])).toEqual([
      ['evaluating', 1],
      ['evaluating', 2],
      ['evaluating', 3],
      ['authorized', 4],
    ]);
  });
});

it('knows nothing of what was never announced, or is about no call', () => {
  expect(rowAfter(judged('allow'), authorized)).toBeUndefined();
  const { changes } = told('agent.decision.made', 'killswitch.engaged');
  expect(changes).toEqual([]);
});
