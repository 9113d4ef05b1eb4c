import { type AclEntry, type AclPrincipal, type AclState, effectiveLevel, LEVELS } from '@countersign/access';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAccessRights } from './access-rights.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const WORKER: AclPrincipal = { kind: 'agent', id: 'worker' };
const level = fc.constantFrom(...LEVELS);

const list = (kind: AclState['resource']['kind'], namespace: string | null) =>
  fc.record<AclState>({
    resource: fc.constant({ kind, id: 'one' }),
    namespace: fc.constant(namespace),
    creator: fc.constantFrom(WORKER, { kind: 'user', id: 'worker' }, { kind: 'agent', id: 'other' }),
    defaultPolicy: fc.constantFrom('open', 'closed', null),
    defaultLevel: level,
    entries: fc.array(
      fc.record<AclEntry>({
        id: fc.uuid(),
        principal: fc.constantFrom(WORKER, { kind: 'group', id: 'team' }, { kind: 'user', id: 'worker' }),
        level,
        delegable: fc.constant(null),
        parent: fc.constantFrom(null, 'another'),
        grantedBy: fc.constant(WORKER),
        grantedAt: fc.constant(new Date(NOW).toISOString()),
        expiresAt: fc.constantFrom(null, new Date(NOW).toISOString(), new Date(NOW + 1).toISOString()),
      }),
      { maxLength: 3 },
    ),
  });

it('what somebody may do is what the list grants over what holds where it leaves it open', () => {
  const above = fc.option(list('namespace', null), { nil: undefined });
  const groups = fc.subarray(['team']);
  fc.assert(
    fc.property(list('intent', 'one'), above, groups, fc.option(level), (acl, namespace, teams, own) => {
      const board = { get: () => namespace };
      const rights = createAccessRights(board, { groupsOf: () => teams, defaultOf: () => own });
      const fallback = rights.fallbackOf('acme', acl, WORKER, NOW).level;
      expect(rights.levelBy('acme', acl, WORKER, NOW)).toBe(
        effectiveLevel(acl, WORKER, teams, NOW, fallback),
      );
    }),
    { numRuns: 1_000 },
  );
});
