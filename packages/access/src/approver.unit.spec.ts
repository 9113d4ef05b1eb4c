import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ApprovalTerms,
  approverRefusal,
  type Candidate,
  candidateAt,
  countApprovals,
  isApproved,
} from './approver.ts';
import type { Party } from './principal.ts';
import { DEFAULT_ROLES } from './roles/default-roles.ts';
import { roleRights } from './roles/role-rights.ts';

const RIGHTS = roleRights(DEFAULT_ROLES);

const TERMS: ApprovalTerms = {
  approvers: ['role:operator', 'user:chief', 'group:finance'],
  quorum: 2,
  userId: 'erika',
  agentOwner: 'otto',
  requestedBy: { kind: 'agent', id: 'invoices' },
};

const PATH = { organization: 'acme', workspace: 'default', project: 'default' };

/** Somebody with roles, held in `acme` unless it is said otherwise. */
const withRoles = (party: Party, ...roles: readonly string[]): Candidate =>
  candidateAt(
    RIGHTS,
    party,
    roles.map((role) => ({ scope: { organization: 'acme' }, role })),
    PATH,
    [],
  );
const person = (id: string, ...roles: readonly string[]): Candidate =>
  withRoles({ kind: 'user', id }, ...roles);

describe('who may answer', () => {
  it.each<[string, Candidate]>([
    ['somebody named, without any role', person('chief')],
    ['somebody of a named role', person('olga', 'operator')],
    ['an owner who is also of a named role', person('olga', 'owner', 'operator')],
    ['a member of a named group with the permission', { ...person('gina', 'owner'), groups: ['finance'] }],
  ])('%s', (_name, candidate) => {
    expect(approverRefusal(TERMS, candidate, [])).toBeNull();
  });

  it.each<[string, Candidate]>([
    ['nobody in particular', person('vera')],
    ['A-RBAC-6: somebody of a role that is not named, however much it grants', person('vera', 'owner')],
    [
      'a member of a named group without the permission',
      { ...person('vera', 'viewer'), groups: ['finance'] },
    ],
    ['a member of another group', { ...person('vera', 'owner'), groups: ['sales'] }],
    [
      'somebody whose role is held elsewhere',
      candidateAt(
        RIGHTS,
        { kind: 'user', id: 'vera' },
        [{ scope: { organization: 'other' }, role: 'operator' }],
        PATH,
        [],
      ),
    ],
    ['somebody whose id is that of a role', person('operator')],
    ['an agent of a named id', withRoles({ kind: 'agent', id: 'chief' })],
    ['a service with a named role', withRoles({ kind: 'service', id: 'bot' }, 'operator')],
  ])('not %s', (_name, candidate) => {
    expect(approverRefusal(TERMS, candidate, [])).toBe('not_an_approver');
  });

  it('needs the permission also for a named role that does not have it', () => {
    const terms = { ...TERMS, approvers: ['role:developer'] };
    expect(approverRefusal(terms, person('dora', 'developer'), [])).toBe('not_an_approver');
    expect(approverRefusal(terms, person('dora', 'developer', 'operator'), [])).toBeNull();
  });

  it.each<[string, Party]>([
    ['the user acted for', { kind: 'user', id: 'erika' }],
    ["the agent's owner", { kind: 'user', id: 'otto' }],
    ['the agent that asked', { kind: 'agent', id: 'invoices' }],
  ])('never %s, even when named', (_name, party) => {
    const approvers = ['role:operator', `user:${party.id}`];
    expect(approverRefusal({ ...TERMS, approvers }, withRoles(party, 'operator'), [])).toBe('self_approval');
  });

  it('never who asked, when that was a person for an agent of others', () => {
    const terms: ApprovalTerms = { ...TERMS, requestedBy: { kind: 'user', id: 'chief' } };
    expect(approverRefusal(terms, person('chief'), [])).toBe('self_approval');
    expect(
      approverRefusal({ ...TERMS, requestedBy: { kind: 'agent', id: 'chief' } }, person('chief'), []),
    ).toBeNull();
  });

  it('only once', () => {
    expect(approverRefusal(TERMS, person('chief'), [{ kind: 'user', id: 'chief' }])).toBe('already_decided');
  });
});

describe('a quorum', () => {
  const olga = person('olga', 'operator');

  it('counts distinct people', () => {
    expect(isApproved(TERMS, [olga, olga])).toBe(false);
    expect(isApproved(TERMS, [olga, person('chief')])).toBe(true);
  });

  it('does not count whom newer terms leave out', () => {
    expect(isApproved({ ...TERMS, approvers: ['user:chief'] }, [olga, person('chief')])).toBe(false);
    expect(isApproved({ ...TERMS, userId: 'olga' }, [olga, person('chief')])).toBe(false);
  });

  const ids = fc.constantFrom('erika', 'otto', 'invoices', 'olga', 'chief', 'gina', 'vera');
  const candidate = fc
    .record({
      party: fc.record({ kind: fc.constantFrom('user' as const, 'agent' as const), id: ids }),
      assignments: fc.array(
        fc.record({
          scope: fc.constantFrom({ organization: 'acme' }, { organization: 'other' }),
          role: fc.constantFrom('owner', 'operator', 'viewer'),
        }),
        { maxLength: 2 },
      ),
      groups: fc.constantFrom([], ['finance']),
    })
    .map(({ party, assignments, groups }) => candidateAt(RIGHTS, party, assignments, PATH, groups));
  const terms = fc.record({
    approvers: fc.subarray(['role:operator', 'role:owner', 'user:chief', 'user:erika', 'group:finance']),
    quorum: fc.integer({ min: 1, max: 4 }),
    userId: ids,
    agentOwner: ids,
    requestedBy: fc.record({ kind: fc.constantFrom('user' as const, 'agent' as const), id: ids }),
  });

  it('is never reached by fewer people than it needs, nor by any who are involved', () => {
    fc.assert(
      fc.property(terms, fc.array(candidate, { maxLength: 8 }), (terms, approved) => {
        const outsiders = approved.filter(
          ({ party }) => party.kind === 'user' && party.id !== terms.userId && party.id !== terms.agentOwner,
        );
        const people = new Set(outsiders.map(({ party }) => party.id));
        if (terms.requestedBy.kind === 'user') people.delete(terms.requestedBy.id);
        expect(countApprovals(terms, approved)).toBeLessThanOrEqual(people.size);
        if (isApproved(terms, approved)) expect(people.size).toBeGreaterThanOrEqual(terms.quorum);
        if (terms.approvers.length === 0) expect(isApproved(terms, approved)).toBe(false);
      }),
    );
  });

  it('is not lost by further approvals', () => {
    fc.assert(
      fc.property(terms, fc.array(candidate), candidate, (terms, approved, another) => {
        expect(countApprovals(terms, [...approved, another])).toBeGreaterThanOrEqual(
          countApprovals(terms, approved),
        );
      }),
    );
  });
});
