import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversRole, grantsEverythingAt } from './granting.ts';
import { grantedAt, type RoleAssignment } from './role.ts';
import { DEFAULT_ROLES } from './roles/default-roles.ts';
import { roleRights } from './roles/role-rights.ts';
import type { Scope, ScopePath } from './scope.ts';

const RIGHTS = roleRights(DEFAULT_ROLES);
const at = (scope: Scope, role: string): RoleAssignment => ({ scope, role });
const ACME: ScopePath = { organization: 'acme' };
const WEB: ScopePath = { organization: 'acme', workspace: 'default', project: 'web' };

it('a role of a project is covered by all that it grants there, of whatever scope', () => {
  const editor = at({ project: 'web' }, 'editor');
  expect(coversRole(RIGHTS, [at({ workspace: 'default' }, 'admin')], editor, WEB)).toBe(true);
  expect(coversRole(RIGHTS, [at({ organization: 'acme' }, 'developer')], editor, WEB)).toBe(false);
});

describe('a role is covered', () => {
  it.each<[string, readonly RoleAssignment[], string, ScopePath]>([
    ['by itself', [at({ organization: 'acme' }, 'operator')], 'operator', ACME],
    ['by one that grants more', [at({ organization: 'acme' }, 'developer')], 'viewer', ACME],
    ['by everything', [at({ organization: 'acme' }, 'owner')], 'owner', WEB],
    ['by one further up', [at({ workspace: 'default' }, 'operator')], 'operator', WEB],
    [
      'by several together',
      [at({ organization: 'acme' }, 'developer'), at({ project: 'web' }, 'operator')],
      'operator',
      WEB,
    ],
    ['by anybody if it grants nothing', [], 'nothing-of-that-name', ACME],
  ])('%s', (_name, held, role, path) => {
    expect(coversRole(RIGHTS, held, at({ organization: 'acme' }, role), path)).toBe(true);
  });

  it.each<[string, readonly RoleAssignment[], string, ScopePath]>([
    ['by one that grants less', [at({ organization: 'acme' }, 'operator')], 'developer', ACME],
    ['by one further down', [at({ project: 'web' }, 'owner')], 'viewer', ACME],
    ['by one of another organization', [at({ organization: 'other' }, 'owner')], 'viewer', ACME],
    [
      'where it grants everything, by all roles that do not',
      ['operator', 'developer', 'viewer'].map((role) => at({ organization: 'acme' }, role)),
      'owner',
      ACME,
    ],
  ])('not %s', (_name, held, role, path) => {
    expect(coversRole(RIGHTS, held, at({ organization: 'acme' }, role), path)).toBe(false);
  });
});

it('who hands on only what is covered holds everything that was handed on', () => {
  const scopes = fc.constantFrom<Scope>(
    { organization: 'acme' },
    { workspace: 'default' },
    { project: 'web' },
  );
  const roles = fc.constantFrom('owner', 'operator', 'developer', 'viewer', 'unknown');
  const held = fc.array(fc.record({ scope: scopes, role: roles }), { maxLength: 4 });
  fc.assert(
    fc.property(held, roles, fc.constantFrom(ACME, WEB), (assignments, role, path) => {
      if (!coversRole(RIGHTS, assignments, at({ organization: 'acme' }, role), path)) return;
      for (const permission of ['read', 'manage_agents', 'approve_tool_calls', 'some_tool_permission']) {
        const given = grantedAt(RIGHTS, [at({ organization: 'acme' }, role)], path, permission);
        if (given) expect(grantedAt(RIGHTS, assignments, path, permission)).toBe(true);
      }
      if (role === 'owner') expect(grantsEverythingAt(RIGHTS, assignments, path)).toBe(true);
    }),
  );
});
