import { fold, isRejection } from '@countersign/event-sourcing';
import { spec } from '@countersign/event-sourcing/testing';
import { describe, expect, it } from 'vitest';
import { UNSEALED } from '../testing/lists.ts';
import { type WorkIntentCommand, workIntent } from '../workintent/decide.ts';
import type { WorkIntentEvent } from '../workintent/events.ts';
import { MAX_APPROVALS, MAX_COSTS, MAX_WAITING_APPROVALS } from './decide.ts';
import type { GovernancePolicy } from './events.ts';
import { approvalsIn } from './state.ts';

const agent = (id: string) => ({ kind: 'agent', id }) as const;
const by = agent('worker');
const intentId = 'intent-1';
const personal = UNSEALED;

const created = (policy?: GovernancePolicy): WorkIntentEvent => {
  const data = { intent_id: intentId, namespace: null, parent_intent_id: null, depends_on: [], by };
  return {
    type: 'work-intent-created.v1',
    data: policy ? { ...data, governance_policy: policy } : data,
    personal,
  };
};
const started: WorkIntentEvent = {
  type: 'work-intent-status-changed.v1',
  data: { intent_id: intentId, version: 2, from: 'draft', to: 'active', by },
  personal,
};
const governed = (version: number, policy: GovernancePolicy | null): WorkIntentEvent => {
  return { type: 'work-intent-governance-set.v1', data: { intent_id: intentId, version, policy, by } };
};
const asked = (id: string, who = 'worker', action = 'complete'): WorkIntentEvent => ({
  type: 'work-intent-approval-requested.v1',
  data: { intent_id: intentId, approval_id: id, action, by: agent(who) },
  personal,
});
const decided = (
  id: string,
  who: string,
  decision: 'granted' | 'denied' = 'granted',
  action = 'complete',
): WorkIntentEvent => ({
  type: `work-intent-approval-${decision}.v1`,
  data: { intent_id: intentId, approval_id: id, action, requested_by: by, by: agent(who) },
});
const spent = (id: string, amount: number): WorkIntentEvent => {
  const cost = { cost_id: id, cost_type: 'tokens', amount, unit: 'tokens', provider: null };
  return { type: 'work-intent-cost-recorded.v1', data: { intent_id: intentId, ...cost, by }, personal };
};
const completed = (version: number, ...approvals: string[]): WorkIntentEvent => ({
  type: 'work-intent-status-changed.v1',
  data: {
    ...{ intent_id: intentId, version, from: 'active', to: 'completed' },
    ...(approvals.length > 0 ? { approvals } : {}),
    by,
  },
  personal,
});

const write = (
  version: number,
  who: { kind: 'agent' | 'user'; id: string } = by,
  isAssigned = true,
): WorkIntentCommand => {
  const patch = { paths: ['a'], time: '2026-11-21T09:00:00.000Z', personal };
  return { kind: 'change-state', intentId, version, isAssigned, by: who, ...patch };
};
const step = (version: number, to: 'completed' | 'abandoned', more: object = {}) =>
  ({
    ...{ kind: 'change-status', intentId, version, to, isUnblocked: true, hasReason: false },
    ...{ isAssigned: true, electorate: { agents: 0, standing: [] }, by, personal },
    ...more,
  }) as WorkIntentCommand;
/** Of questions of the worker, answered by somebody else. */
const complete = (version: number, agents: number, ...ids: string[]) => {
  const standing = ids.map((id) => ({ id, persons: { asking: 'wanda', answering: 'boris' } }));
  return step(version, 'completed', { electorate: { agents, standing } });
};
const OWNERS: Record<string, string> = { worker: 'wanda', wanda: 'wanda', sibling: 'wanda' };
/** The question is of the worker, whom wanda owns. */
const decide = (approvalId: string, who: string, decision: 'granted' | 'denied' = 'granted') => {
  const persons = { asking: 'wanda', answering: OWNERS[who] ?? who };
  return { kind: 'decide-approval', intentId, approvalId, decision, persons, by: agent(who) } as const;
};
const spend = (id: string, amount: number, isAssigned = true): WorkIntentCommand => {
  const cost = { cost_id: id, cost_type: 'tokens', amount, unit: 'tokens', provider: null };
  return { kind: 'record-cost', intentId, cost, by, isAssigned, personal };
};

/** Decides a refusal, which is an event each time. */
function ruleOf(history: readonly WorkIntentEvent[], command: WorkIntentCommand): string {
  const before = fold(workIntent, history);
  const outcome = workIntent.decide(command, before);
  if (isRejection(outcome)) return `rejected: ${outcome.rejected}`;
  const [event] = outcome;
  if (event?.type !== 'work-intent-governance-violated.v1') return `decided: ${event?.type}`;
  expect(outcome).toHaveLength(1);
  expect(event.data).toMatchObject({
    intent_id: intentId,
    by: 'by' in command && command.by,
  });
  expect(event.data.detail).not.toBe('');
  expect(fold(workIntent, outcome, before), 'a refusal changes nothing').toEqual(before);
  return event.data.rule;
}

describe('the policy of a work intent', () => {
  it('O-GVN-1: is set and taken away at the version that was seen, and each makes another version', () => {
    const policy = { completion_mode: 'require_approval' } as const;
    const set = { kind: 'set-governance', intentId, assigned: [], by } as const;
    spec(workIntent)
      .given(created())
      .when({ ...set, version: 1, policy })
      .then(governed(2, policy));
    const given = spec(workIntent).given(created(), governed(2, policy));
    given.when({ ...set, version: 2, policy: null }).then(governed(3, null));
    given.when({ ...set, version: 1, policy: null }).thenRejected('version_conflict');
    spec(workIntent)
      .given()
      .when({ ...set, version: 0, policy })
      .thenRejected('not_found');
  });

  it('O-GVN-2: leaves everything open that it says nothing of', () => {
    for (const history of [[created()], [created({})], [created({ max_cost: 1 }), governed(1, null)]]) {
      expect(ruleOf(history, write(1, by, false))).toBe('decided: work-intent-state-changed.v1');
      expect(ruleOf(history, spend('c', 1_000, false))).toBe('decided: work-intent-cost-recorded.v1');
      const abandoned = step(1, 'abandoned', { isAssigned: false });
      expect(ruleOf(history, abandoned)).toBe('decided: work-intent-status-changed.v1');
    }
    spec(workIntent).given(created(), started).when(complete(2, 0)).then(completed(3));
  });

  it('O-GVN-6: lets only assigned writers change state and status and record costs', () => {
    const history = [created({ write_scope: 'assigned_only' })];
    expect(ruleOf(history, write(1, by, false))).toBe('write_scope');
    expect(ruleOf(history, step(1, 'abandoned', { isAssigned: false }))).toBe('write_scope');
    expect(ruleOf(history, spend('c', 1, false))).toBe('write_scope');
    for (const command of [write(1), step(1, 'abandoned'), spend('c', 1)])
      expect(ruleOf(history, command)).toMatch(/^decided: /);
  });

  it('O-GVN-6: names the agents that may, and nobody else of the same name', () => {
    const history = [created({ allowed_agents: ['worker'] })];
    expect(ruleOf(history, write(1))).toBe('decided: work-intent-state-changed.v1');
    expect(ruleOf(history, write(1, agent('other')))).toBe('allowed_agents');
    expect(ruleOf(history, write(1, { kind: 'user', id: 'worker' }))).toBe('allowed_agents');
  });

  it('O-GVN-6: bounds the sum of all costs', () => {
    const history = [created({ max_cost: 10 }), spent('a', 7)];
    expect(ruleOf(history, spend('b', 4))).toBe('max_cost');
    expect(ruleOf(history, spend('b', 3))).toBe('decided: work-intent-cost-recorded.v1');
    expect(ruleOf([...history, governed(2, { max_cost: 5 })], spend('b', 0))).toBe('max_cost');
    const ungoverned = [created(), spent('a', Number.MAX_SAFE_INTEGER)];
    expect(ruleOf(ungoverned, spend('b', 1))).toBe('rejected: invalid_request');
  });

  it('takes so many costs and no more, whatever they sum up to', () => {
    const history = [created(), ...Array.from({ length: MAX_COSTS }, (_, at) => spent(`c${at}`, 0))];
    expect(ruleOf(history, spend('z', 0))).toBe('rejected: invalid_request');
    expect(ruleOf(history.slice(0, -1), spend('z', 0))).toBe('decided: work-intent-cost-recorded.v1');
  });

  it('O-GVN-3: wants a reason for every step, where it says so', () => {
    const history = [created({ require_status_reason: true })];
    expect(ruleOf(history, step(1, 'abandoned'))).toBe('require_status_reason');
    expect(ruleOf(history, step(1, 'abandoned', { hasReason: true }))).toMatch(/^decided: /);
  });

  it('judges the version that was seen, and what leads nowhere is no violation', () => {
    const history = [created({ write_scope: 'assigned_only', completion_mode: 'require_approval' })];
    expect(ruleOf(history, write(2, by, false))).toBe('rejected: version_conflict');
    expect(ruleOf(history, complete(1, 1))).toBe('rejected: invalid_request');
  });
});

describe('an approval', () => {
  it('O-GVN-7: is asked for once under one id, and decided once by another', () => {
    const ask = {
      kind: 'request-approval',
      intentId,
      approvalId: 'a',
      action: 'complete',
      by,
      personal,
    } as const;
    spec(workIntent).given(created()).when(ask).then(asked('a'));
    const given = spec(workIntent).given(created(), asked('a'));
    given.when(decide('a', 'boss')).then(decided('a', 'boss'));
    given.when(decide('a', 'boss', 'denied')).then(decided('a', 'boss', 'denied'));
    for (const who of ['worker', 'wanda', 'sibling'])
      given.when(decide('a', who)).thenRejected('self_approval');
    given.when(decide('b', 'boss')).thenRejected('not_found');
    for (const how of ['granted', 'denied'] as const)
      for (const again of ['granted', 'denied'] as const)
        spec(workIntent)
          .given(created(), asked('a'), decided('a', 'boss', how))
          .when(decide('a', 'other', again))
          .thenRejected('already_decided');
  });

  it('waits with a bounded number of others', () => {
    const waiting = Array.from({ length: MAX_WAITING_APPROVALS }, (_, at) => asked(`a${at}`));
    const ask = { kind: 'request-approval', intentId, approvalId: 'b', action: 'go', by, personal } as const;
    spec(workIntent)
      .given(created(), ...waiting)
      .when(ask)
      .thenRejected('invalid_request');
    spec(workIntent)
      .given(created(), ...waiting, decided('a3', 'boss', 'denied'))
      .when(ask)
      .then(asked('b', 'worker', 'go'));
  });
});

describe('all approvals of a work intent', () => {
  const ask = { kind: 'request-approval', intentId, approvalId: 'z', action: 'go', by, personal } as const;
  const answered = (count: number): WorkIntentEvent[] =>
    Array.from({ length: count }, (_, at) => [asked(`a${at}`), decided(`a${at}`, 'boss')]).flat();

  it('are bounded, however many were answered', () => {
    const given = (count: number) =>
      spec(workIntent)
        .given(created(), ...answered(count))
        .when(ask);
    given(MAX_APPROVALS).thenRejected('invalid_request');
    given(MAX_APPROVALS - 1).then(asked('z', 'worker', 'go'));
  });

  it('are folded without a copy of those before, however many a stream has', () => {
    const many = 50_000;
    const before = fold(workIntent, [created(), ...answered(many)]);
    const changed = Array.from({ length: many }, (_, at) => governed(at + 2, null));
    const after = fold(workIntent, changed, before);
    const statuses = ({ governance }: typeof before) =>
      new Set([...approvalsIn(governance).values()].map(({ status }) => status));
    expect(approvalsIn(after.governance).size).toBe(many);
    expect([...statuses(after)]).toEqual(['expired']);
    expect([...statuses(before)], 'what was before is as it was').toEqual(['approved']);
  });
});

describe('a completion that needs approval', () => {
  const governs = created({ completion_mode: 'require_approval' });

  it('O-GVN-4: rests on one approval for it, and names it', () => {
    const history = [governs, started, asked('a')];
    expect(ruleOf(history, complete(2, 1, 'a'))).toBe('completion_mode');
    expect(ruleOf([...history, decided('a', 'boss', 'denied')], complete(2, 1, 'a'))).toBe('completion_mode');
    spec(workIntent)
      .given(...history, decided('a', 'boss'), asked('b'), decided('b', 'boss'))
      .when(complete(2, 0, 'a', 'b'))
      .then(completed(3, 'a'));
  });

  it('O-GVN-4: is not carried by an approval for something else', () => {
    const history = [
      governs,
      started,
      asked('a', 'worker', 'deploy'),
      decided('a', 'boss', 'granted', 'deploy'),
    ];
    expect(ruleOf(history, complete(2, 1, 'a'))).toBe('completion_mode');
  });

  it('O-GVN-4: spends its approval: it carries no second completion, however one should come about', () => {
    const reopened: WorkIntentEvent = {
      type: 'work-intent-status-changed.v1',
      data: { intent_id: intentId, version: 4, from: 'completed', to: 'active', by },
      personal,
    };
    const history = [governs, started, asked('a'), decided('a', 'boss'), completed(3, 'a'), reopened];
    expect(ruleOf(history, complete(4, 1, 'a'))).toBe('completion_mode');
    expect(ruleOf(history, decide('a', 'boss'))).toBe('rejected: already_decided');
  });

  it('is not carried by what was approved of another state', () => {
    const patched = (version: number): WorkIntentEvent => {
      return { type: 'work-intent-state-changed.v1', data: { intent_id: intentId, version, by }, personal };
    };
    const history = [governs, started, asked('a'), decided('a', 'boss'), patched(3)];
    expect(ruleOf(history, complete(3, 1, 'a'))).toBe('completion_mode');
    const again = [...history, asked('b'), decided('b', 'boss')];
    expect(ruleOf(again, complete(3, 1, 'b'))).toBe('decided: work-intent-status-changed.v1');
    const deploy = [created(), asked('c', 'worker', 'deploy'), decided('c', 'boss', 'granted', 'deploy')];
    const { governance } = fold(workIntent, [...deploy, patched(2)]);
    expect(approvalsIn(governance).get('c')?.status, 'for something else').toBe('approved');
  });

  it('is not carried by what was approved under another policy, nor by who has lost the right since', () => {
    const approved = [asked('a'), decided('a', 'boss')];
    const again = governed(3, { completion_mode: 'require_approval' });
    expect(ruleOf([governs, started, ...approved, again], complete(3, 1, 'a'))).toBe('completion_mode');
    expect(ruleOf([governs, started, ...approved], complete(2, 1))).toBe('completion_mode');
    const since = [governs, started, asked('a'), again, decided('a', 'boss')];
    expect(ruleOf(since, complete(3, 1, 'a'))).toBe('decided: work-intent-status-changed.v1');
  });

  it('needs none to be abandoned', () => {
    expect(ruleOf([governs, started], step(2, 'abandoned'))).toBe('decided: work-intent-status-changed.v1');
  });
});
