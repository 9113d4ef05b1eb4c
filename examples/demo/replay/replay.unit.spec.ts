import type { CloudEvent, Meter, ToolCall } from '@countersign/sdk';
import { describe, expect, it } from 'vitest';
import { type FoldedCalls, foldCall } from './calls.ts';
import { differences } from './compare.ts';
import { foldMeter, noMeters } from './meters.ts';

const START = '2026-11-01T00:00:00.000Z';
const line = { key: 'tool_cost', rule: 'r', scope: 'user:ann', period_start: START, amount: 3 };

/** The events of a life, in short: type and data. */
type Life = readonly (readonly [type: string, data?: object])[];

function fold(...lives: readonly Life[]) {
  const folded = { calls: new Map() as FoldedCalls, meters: noMeters() };
  for (const [at, life] of lives.entries()) {
    for (const [type, data = {}] of life) {
      const event = { type, data, correlationid: `call-${at}` } as CloudEvent;
      foldCall(folded.calls, event);
      foldMeter(folded.meters, event);
    }
  }
  return folded;
}

const statusAfter = (life: Life) => fold(life).calls.get('call-0')?.status;
const asked: Life = [
  ['agent.tool.requested'],
  ['agent.tool.evaluated', { verdict: 'require_approval' }],
  ['agent.approval.requested'],
];
const redeemed: Life = [
  ['agent.tool.requested'],
  ['agent.tool.evaluated', { verdict: 'allow' }],
  ['agent.quota.reserved', { lines: [line] }],
  ['agent.tool.authorized'],
  ['agent.permit.redeemed'],
];
const blocked = (reason: string): Life[number] => ['agent.safety.blocked', { reason }];

describe('calls out of events', () => {
  it.each<[string, Life]>([
    ['evaluating', [['agent.tool.requested']]],
    ['awaiting_approval', asked],
    ['evaluating', [...asked, ['agent.approval.granted']]],
    ['redeemed', redeemed],
    ['succeeded', [...redeemed, ['agent.tool.called', { success: true }]]],
    ['failed', [...redeemed, ['agent.tool.called', { success: false }]]],
    ['abandoned', [...redeemed, ['agent.tool.abandoned']]],
    ['succeeded', [...redeemed, ['agent.tool.abandoned'], ['agent.tool.called', { success: true }]]],
    ['lapsed', [...redeemed.slice(0, 4), ['agent.tool.lapsed'], ['agent.tool.called', { success: true }]]],
    [
      'denied',
      [['agent.tool.requested'], ['agent.tool.evaluated', { verdict: 'deny' }], blocked('policy_denied')],
    ],
    ['blocked', [['agent.tool.requested'], ['agent.tool.evaluated', { verdict: 'deny' }], blocked('killed')]],
    ['blocked', [...asked, ['agent.tool.evaluated', { verdict: 'deny' }], blocked('approval_void')]],
  ])('%s', (status, life) => {
    expect(statusAfter(life)).toBe(status);
  });
});

describe('meters out of events', () => {
  const meterAfter = (life: Life) => [...fold(life).meters.meters.values()][0];

  it.each<[object, Life]>([
    [{ used: 0, reserved: 3, overrun: 0 }, redeemed],
    [
      { used: 2, reserved: 0, overrun: 0 },
      [...redeemed, ['agent.quota.committed', { lines: [{ ...line, amount: 2 }] }]],
    ],
    [{ used: 0, reserved: 0, overrun: 0 }, [...redeemed, ['agent.quota.released', { lines: [line] }]]],
    [
      { used: 3, reserved: 0, overrun: 4 },
      [
        ...redeemed,
        ['agent.quota.committed', { lines: [line] }],
        ['agent.quota.overrun', { lines: [{ ...line, amount: 4 }] }],
      ],
    ],
    [
      { used: 2, reserved: 0, overrun: 1 },
      [
        ...redeemed,
        ['agent.quota.committed', { lines: [line] }],
        ['agent.quota.adjusted', { lines: [{ ...line, amount: -1, overrun: 1 }] }],
      ],
    ],
  ])('%j', (meter, life) => {
    expect(meterAfter(life)).toEqual(meter);
  });
});

describe('the comparison with the API', () => {
  const calls = [{ id: 'call-0', status: 'redeemed' }] as ToolCall[];
  const meters = [
    {
      key: 'tool_cost',
      scope: 'user:ann',
      period: { start: START, end: START },
      used: 0,
      reserved: 3,
      overrun: 0,
    },
    {
      key: 'unused',
      scope: 'user:ann',
      period: { start: START, end: null },
      used: 0,
      reserved: 0,
      overrun: 0,
    },
  ] as Meter[];

  it('finds nothing where both are the same', () => {
    expect(differences(fold(redeemed), { calls, meters })).toEqual([]);
  });

  it('finds a lost event, a lost call and a lost meter', () => {
    expect(differences(fold(redeemed.slice(0, 4)), { calls, meters })).toEqual([
      'call call-0: authorized by its events, redeemed by the API',
    ]);
    expect(
      differences(fold(redeemed.filter(([type]) => type !== 'agent.quota.reserved')), { calls, meters }),
    ).toEqual([expect.stringMatching(/^meter tool_cost of user:ann from /)]);
    expect(differences(fold(), { calls, meters: [] })).toEqual([
      'call call-0: undefined by its events, redeemed by the API',
    ]);
    expect(differences(fold(redeemed), { calls, meters: [] })).toHaveLength(1);
  });
});
