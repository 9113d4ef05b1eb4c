import { fold } from '@countersign/event-sourcing';
import { spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GovernancePolicy } from '../governance/events.ts';
import { UNSEALED } from '../testing/lists.ts';
import { type WorkIntentCommand, workIntent } from '../workintent/decide.ts';
import type { WorkIntentEvent } from '../workintent/events.ts';
import { MAX_HELD_LEASES, MAX_LEASES } from './decide.ts';
import { overlaps } from './judge.ts';

const agent = (id: string) => ({ kind: 'agent', id }) as const;
const intentId = 'intent-1';
const at = (second: number) =>
  new Date(Date.parse('2026-11-21T09:00:00.000Z') + second * 1_000).toISOString();

const created: WorkIntentEvent = {
  type: 'work-intent-created.v1',
  data: { intent_id: intentId, namespace: null, parent_intent_id: null, depends_on: [], by: agent('ann') },
  personal: UNSEALED,
};
const acquired = (id: string, scope: string, who = 'ann', until = 60): WorkIntentEvent => ({
  type: 'work-intent-lease-acquired.v1',
  data: { intent_id: intentId, lease_id: id, scope, expires_at: at(until), by: agent(who) },
});
const ended = (
  id: string,
  scope: string,
  how: 'released' | 'expired' | 'revoked',
  who = 'ann',
): WorkIntentEvent => {
  const by = how === 'released' ? agent(who) : ({ kind: 'system', id: 'countersign' } as const);
  const data = { intent_id: intentId, lease_id: id, scope, holder: agent(who), how, by };
  return { type: 'work-intent-lease-ended.v1', data };
};
const acquire = (leaseId: string, scope: string, who = 'ann', second = 0): WorkIntentCommand => {
  const times = { expiresAt: at(second + 60), time: at(second) };
  return { kind: 'acquire-lease', intentId, leaseId, scope, ...times, by: agent(who), isAssigned: true };
};
const renew = (leaseId: string, who = 'ann', second = 30): WorkIntentCommand => {
  const times = { expiresAt: at(second + 60), time: at(second) };
  return { kind: 'renew-lease', intentId, leaseId, ...times, by: agent(who), isAssigned: true };
};
const release = (leaseId: string, who = 'ann', second = 30): WorkIntentCommand => {
  return { kind: 'release-lease', intentId, leaseId, by: agent(who), time: at(second) };
};
const end = (leaseId: string, how: 'expired' | 'revoked', second = 30): WorkIntentCommand => {
  return { kind: 'end-lease', intentId, leaseId, how, time: at(second) };
};
const patch = (who: string, path: string, second = 30): WorkIntentCommand => {
  const facts = { paths: ['other', path], time: at(second), isAssigned: true };
  return { kind: 'change-state', intentId, version: 1, ...facts, by: agent(who), personal: UNSEALED };
};
const patched = (who: string): WorkIntentEvent => ({
  type: 'work-intent-state-changed.v1',
  data: { intent_id: intentId, version: 2, by: agent(who) },
  personal: UNSEALED,
});

describe('O-LSE-1: a lease', () => {
  it('is the only one of its scope, whoever asks, until it ends', () => {
    spec(workIntent).given(created).when(acquire('a', 'research')).then(acquired('a', 'research'));
    const given = spec(workIntent).given(created, acquired('a', 'research'));
    for (const who of ['ann', 'ben'])
      given.when(acquire('b', 'research', who)).thenRejected('lease_conflict');
    given.when(acquire('b', 'synthesis', 'ben')).then(acquired('b', 'synthesis', 'ben'));
    given.when(acquire('b', 'research', 'ben', 60)).then(acquired('b', 'research', 'ben', 120));
    for (const how of ['released', 'expired', 'revoked'] as const)
      spec(workIntent)
        .given(created, acquired('a', 'research'), ended('a', 'research', how))
        .when(acquire('b', 'research', 'ben'))
        .then(acquired('b', 'research', 'ben'));
  });

  it('has no part of the state in common with another', () => {
    const given = spec(workIntent).given(created, acquired('a', 'research/notes'));
    for (const scope of ['*', 'research', 'research/notes/1'])
      given.when(acquire('b', scope)).thenRejected('lease_conflict');
    for (const scope of ['research/sources', 'researcher', 'notes'])
      given.when(acquire('b', scope)).then(acquired('b', scope));
  });

  it('is renewed and released by its holder alone, while it counts', () => {
    const given = spec(workIntent).given(created, acquired('a', 'research'));
    given.when(renew('a')).then({
      type: 'work-intent-lease-renewed.v1',
      data: { intent_id: intentId, lease_id: 'a', expires_at: at(90), by: agent('ann') },
    });
    given.when(release('a')).then(ended('a', 'research', 'released'));
    for (const command of [renew('a', 'ben'), release('a', 'ben')])
      given.when(command).thenRejected('forbidden');
    for (const command of [renew('a', 'ann', 60), release('a', 'ann', 60), renew('b'), release('b')])
      given.when(command).thenRejected('not_found');
    const over = spec(workIntent).given(
      created,
      acquired('a', 'research'),
      ended('a', 'research', 'revoked'),
    );
    over.when(renew('a')).thenRejected('not_found');
  });

  it('ends at its time and not before, and at once where its holder has lost the right', () => {
    const given = spec(workIntent).given(created, acquired('a', 'research'));
    given.when(end('a', 'expired', 59)).thenNothing();
    given.when(end('a', 'expired', 60)).then(ended('a', 'research', 'expired'));
    given.when(end('a', 'revoked')).then(ended('a', 'research', 'revoked'));
    given.when(end('b', 'revoked')).thenNothing();
  });

  it('is needed for a patch of what it is of, and of what that is in', () => {
    const given = spec(workIntent).given(created, acquired('a', 'research/notes'));
    for (const path of ['research/notes', 'research/notes/1', 'research', '/research//notes/'])
      given.when(patch('ben', path)).thenRejected('lease_conflict');
    for (const path of ['research/sources', 'notes']) given.when(patch('ben', path)).then(patched('ben'));
    given.when(patch('ann', 'research/notes')).then(patched('ann'));
    given.when(patch('ben', 'research/notes', 60)).then(patched('ben'));
    spec(workIntent)
      .given(created, acquired('a', '*'))
      .when(patch('ben', 'x'))
      .thenRejected('lease_conflict');
  });

  it('is not taken of what is final, by whom the policy does not let write, nor without a bound', () => {
    const abandoned: WorkIntentEvent = {
      type: 'work-intent-status-changed.v1',
      data: { intent_id: intentId, version: 2, from: 'draft', to: 'abandoned', by: agent('ann') },
      personal: UNSEALED,
    };
    spec(workIntent).given(created, abandoned).when(acquire('a', 'x')).thenRejected('invalid_request');
    const policy = { allowed_agents: ['ann'] };
    const data = { intent_id: intentId, version: 2, policy, by: agent('ann') };
    const governed: WorkIntentEvent = { type: 'work-intent-governance-set.v1', data };
    spec(workIntent).given(created, governed).when(acquire('a', 'x')).then(acquired('a', 'x'));
    spec(workIntent)
      .given(created)
      .when(acquire('a', 'x', 'ben'))
      .then(acquired('a', 'x', 'ben'));
    const state = [created, governed].reduce(workIntent.evolve, workIntent.initial);
    expect(workIntent.decide(acquire('a', 'x', 'ben'), state)).toMatchObject([
      { type: 'work-intent-governance-violated.v1', data: { rule: 'allowed_agents' } },
    ]);
    const holders = MAX_LEASES / MAX_HELD_LEASES;
    const many = Array.from({ length: MAX_LEASES }, (_, n) =>
      acquired(`a${n}`, `part${n}`, `holder${n % holders}`),
    );
    spec(workIntent)
      .given(created, ...many)
      .when(acquire('b', 'x'))
      .thenRejected('invalid_request');
    const own = Array.from({ length: MAX_HELD_LEASES }, (_, n) => acquired(`a${n}`, `part${n}`));
    const given = spec(workIntent).given(created, ...own);
    given.when(acquire('b', 'x')).thenRejected('invalid_request');
    given.when(acquire('b', 'x', 'ben')).then(acquired('b', 'x', 'ben'));
  });

  it('ends with a policy that does not let its holder write, and is not renewed under one', () => {
    const govern = (policy: GovernancePolicy | null, ...assigned: string[]) =>
      ({
        ...({ kind: 'set-governance', intentId, version: 1, policy, by: agent('boss') } as const),
        assigned: assigned.map(agent),
      }) as const;
    const governed = (policy: GovernancePolicy | null): WorkIntentEvent => {
      const data = { intent_id: intentId, version: 2, policy, by: agent('boss') };
      return { type: 'work-intent-governance-set.v1', data };
    };
    const leased = [created, acquired('a', 'x'), acquired('b', 'y', 'ben')];
    const given = spec(workIntent).given(...leased);
    const bens = { allowed_agents: ['ben'] };
    given.when(govern(bens, 'ann', 'ben')).then(governed(bens), ended('a', 'x', 'revoked'));
    const assigned = { write_scope: 'assigned_only' } as const;
    given.when(govern(assigned, 'ann')).then(governed(assigned), ended('b', 'y', 'revoked', 'ben'));
    spec(workIntent)
      .given(...leased, acquired('c', 'z', 'cleo'))
      .when(govern(assigned, 'ann'))
      .then(governed(assigned), ended('b', 'y', 'revoked', 'ben'), ended('c', 'z', 'revoked', 'cleo'));
    for (const policy of [null, { max_cost: 1 }]) given.when(govern(policy)).then(governed(policy));
    given.when({ ...govern(bens), version: 7 }).thenRejected('version_conflict');

    const bar = { kind: 'bar-lease', intentId, leaseId: 'b' } as const;
    given.when(bar).thenNothing();
    const under = (policy: GovernancePolicy) => spec(workIntent).given(...leased, governed(policy));
    under(bens).when(bar).thenNothing();
    under(assigned)
      .when(bar)
      .then(ended('b', 'y', 'revoked', 'ben'));
    under(assigned)
      .when({ ...bar, leaseId: 'c' })
      .thenNothing();

    const state = fold(workIntent, [...leased, governed(bens)]);
    expect(workIntent.decide(renew('a'), state)).toMatchObject([
      { type: 'work-intent-governance-violated.v1', data: { rule: 'allowed_agents' } },
    ]);
    expect(workIntent.decide(renew('b', 'ben'), state)).toMatchObject([
      { type: 'work-intent-lease-renewed.v1' },
    ]);
  });
});

describe('parts of a state', () => {
  const scope = fc.oneof(
    fc.constant('*'),
    fc.array(fc.constantFrom('a', 'b', 'aa'), { minLength: 1, maxLength: 4 }).map((names) => names.join('/')),
  );

  it('have something in common where one begins with the other, in either order', () => {
    const under = (inner: string, outer: string) => outer === '*' || `${inner}/`.startsWith(`${outer}/`);
    fc.assert(
      fc.property(scope, scope, (one, other) => {
        expect(overlaps(one, other)).toBe(under(one, other) || under(other, one));
        expect(overlaps(other, one)).toBe(overlaps(one, other));
      }),
      { numRuns: 2_000 },
    );
  });
});
