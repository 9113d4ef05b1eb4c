import { DEFAULT_ROLES, grantedAt, type RoleAssignment, roleRights } from '@countersign/access';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingFor, rolesActedWith } from './acting.ts';

const RIGHTS = roleRights(DEFAULT_ROLES);
const PATH = { organization: 'acme', workspace: 'default', project: 'web' };
const inProject = (role: string): RoleAssignment => ({ scope: { project: 'web' }, role });
const bounded = (...roles: string[]) => ({ bounds: [{ users: ['alice'], roles: roles.map(inProject) }] });
const alice = (...roles: string[]) => ({ id: 'alice', roles: roles.map(inProject) });
const REQUIRED = ['manage_agents', 'approve_tool_calls', 'read'];
const missing = (agent: Parameters<typeof missingFor>[1], user: ReturnType<typeof alice>) =>
  missingFor(RIGHTS, agent, user, PATH, REQUIRED);

describe('an agent that acts for somebody', () => {
  it('holds what they hold, where nothing bounds it', () => {
    expect(missing({}, alice('developer'))).toEqual(['approve_tool_calls']);
    expect(missing(undefined, alice())).toEqual(REQUIRED);
    expect(missing(bounded('viewer'), { ...alice('owner'), id: 'bob' })).toEqual([]);
  });

  it('holds no more than who let it did, whatever they get later, and loses nothing by it', () => {
    expect(missing(bounded('developer'), alice('developer'))).toEqual(['approve_tool_calls']);
    expect(missing(bounded('developer'), alice('owner'))).toEqual(['approve_tool_calls']);
    expect(missing(bounded('developer'), alice('viewer'))).toEqual(['manage_agents', 'approve_tool_calls']);
    expect(missing(bounded(), alice('owner'))).toEqual(REQUIRED);
  });

  it('shows policies none of the roles that who let it act did not hold', () => {
    const shown = (agent: Parameters<typeof missingFor>[1], ...roles: string[]) =>
      rolesActedWith(RIGHTS, agent, alice(...roles), PATH).map(({ role }) => role);
    expect(shown(bounded('developer'), 'viewer', 'developer', 'owner')).toEqual(['viewer', 'developer']);
    expect(shown({}, 'viewer', 'owner')).toEqual(['viewer', 'owner']);
  });

  it('lacks exactly what they or who let it lack', () => {
    const roles = fc.subarray(['owner', 'operator', 'developer', 'viewer']);
    fc.assert(
      fc.property(roles, roles, (held, letBy) => {
        const has = (names: readonly string[], permission: string) =>
          grantedAt(RIGHTS, names.map(inProject), PATH, permission);
        expect(missing(bounded(...letBy), alice(...held))).toEqual(
          REQUIRED.filter((one) => !has(held, one) || !has(letBy, one)),
        );
      }),
    );
  });
});
