import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allows, allowsSomewhere } from './allows.ts';
import { concernsInstallation, type Permission } from './permission.ts';
import type { Principal } from './principal.ts';
import { grantedAt, missingPermissions, type RoleAssignment, rolesAt } from './role.ts';
import { DEFAULT_ROLES } from './roles/default-roles.ts';
import { INSTALLATION_PERMISSIONS, OWN_PERMISSIONS } from './roles/permission-slugs.ts';
import { roleRights } from './roles/role-rights.ts';
import type { Scope } from './scope.ts';

const PATH = { organization: 'acme', workspace: 'finance', project: 'invoices' };

const RIGHTS = roleRights(DEFAULT_ROLES);
const permissions: readonly Permission[] = OWN_PERMISSIONS;
const permission = fc.constantFrom(...permissions);
const name = fc.constantFrom('acme', 'other', 'finance', 'invoices', 'default');
const scope: fc.Arbitrary<Scope> = fc.oneof(
  name.map((organization) => ({ organization })),
  name.map((workspace) => ({ workspace })),
  name.map((project) => ({ project })),
);
const role = fc.constantFrom(
  'owner',
  'operator',
  'developer',
  'viewer',
  'auditor',
  '__proto__',
  'constructor',
);
const assignments: fc.Arbitrary<RoleAssignment[]> = fc.array(fc.record({ scope, role }), { maxLength: 6 });

describe('roles', () => {
  it.each([
    ['owner', permissions.filter((one) => !concernsInstallation(one))],
    ['operator', ['read', 'approve_tool_calls', 'engage_kill_switch', 'read_audit']],
    ['developer', ['read', 'manage_agents', 'manage_tools', 'publish_policies']],
    ['viewer', ['read']],
    ['auditor', []],
    ['constructor', []],
  ])('%s grants what the contract says, in every scope', (role, granted) => {
    for (const scope of ['organization', 'workspace', 'project'] as const) {
      const own = permissions.filter((permission) => RIGHTS.grants(scope, role, permission));
      expect(own.sort()).toEqual([...granted].sort());
    }
  });

  it('A-RBAC-5: give tool permissions to who has all of them, or that one', () => {
    expect(RIGHTS.grants('organization', 'owner', 'files:delete')).toBe(true);
    expect(RIGHTS.grants('organization', 'developer', 'files:delete')).toBe(false);
    expect(RIGHTS.grants('project', 'annotator', 'run_tools')).toBe(true);
    expect(RIGHTS.grants('project', 'viewer', 'run_tools')).toBe(false);
    expect(RIGHTS.grants('project', 'nothing', 'run_tools')).toBe(false);
  });

  it('that the catalog of their scope does not have count nowhere', () => {
    const held = [{ scope: { organization: 'acme' }, role: 'editor' }];
    expect(rolesAt(RIGHTS, held, PATH)).toEqual([]);
    expect(rolesAt(RIGHTS, [{ scope: { project: 'invoices' }, role: 'editor' }], PATH)).toEqual(['editor']);
    expect(grantedAt(RIGHTS, held, PATH, 'edit_tools')).toBe(false);
  });

  it.each<[Scope, boolean]>([
    [{ organization: 'acme' }, true],
    [{ workspace: 'finance' }, true],
    [{ project: 'invoices' }, true],
    [{ organization: 'other' }, false],
    [{ workspace: 'acme' }, false],
    [{}, false],
  ])('held in %o count in acme/finance/invoices: %s', (scope, counts) => {
    expect(rolesAt(RIGHTS, [{ scope, role: 'viewer' }], PATH)).toEqual(counts ? ['viewer'] : []);
  });

  it('A-RBAC-4: of an owner are everything where they are held and below', () => {
    const everything = permissions.filter((one) => !concernsInstallation(one));
    const held = (scope: Scope) => [{ scope, role: 'owner' }];
    for (const scope of [{ organization: 'acme' }, { project: 'invoices' }])
      expect(
        missingPermissions(RIGHTS, held(scope), PATH, [...everything, 'edit_tools', 'files:delete']),
      ).toEqual([]);
    expect(grantedAt(RIGHTS, held({ project: 'invoices' }), { ...PATH, project: 'web' }, 'read')).toBe(false);
  });

  it('of a project do not count for the organization', () => {
    const roles = [{ scope: { project: 'invoices' }, role: 'owner' }];
    expect(grantedAt(RIGHTS, roles, { organization: 'acme' }, 'manage_users')).toBe(false);
  });

  it('only add to one another, whatever their order', () => {
    fc.assert(
      fc.property(assignments, assignments, permission, (some, more, permission) => {
        const together = grantedAt(RIGHTS, [...some, ...more], PATH, permission);
        expect(together).toBe(
          grantedAt(RIGHTS, some, PATH, permission) || grantedAt(RIGHTS, more, PATH, permission),
        );
        expect(grantedAt(RIGHTS, [...more, ...some].reverse(), PATH, permission)).toBe(together);
      }),
    );
  });

  it('never reach into another organization or grant what is the installation’s', () => {
    fc.assert(
      fc.property(assignments, permission, (roles, permission) => {
        const held = roles.filter(
          ({ scope }) => scope.organization !== undefined && scope.organization !== 'acme',
        );
        expect(grantedAt(RIGHTS, held, PATH, permission)).toBe(false);
        for (const own of INSTALLATION_PERMISSIONS) expect(grantedAt(RIGHTS, roles, PATH, own)).toBe(false);
      }),
    );
  });

  it('name every permission of a tool that is missing', () => {
    const roles = [{ scope: { organization: 'acme' }, role: 'developer' }];
    const required = ['files:delete', 'read', 'files:write'];
    expect(missingPermissions(RIGHTS, roles, PATH, required)).toEqual(['files:delete', 'files:write']);
    expect(
      missingPermissions(RIGHTS, [{ scope: { project: 'invoices' }, role: 'owner' }], PATH, required),
    ).toEqual([]);
  });
});

describe('what a principal may do', () => {
  const user: Principal = { kind: 'user', id: 'erika', organization: 'acme', keyId: 'k' };
  const owner = [{ scope: { organization: 'acme' }, role: 'owner' }];

  it('depends on the roles of a person', () => {
    expect(allows(RIGHTS, user, owner, PATH, 'manage_users')).toBe(true);
    expect(allows(RIGHTS, user, [], PATH, 'read')).toBe(false);
    expect(allows(RIGHTS, user, owner, PATH, 'manage_plans')).toBe(false);
  });

  it.each(['agent', 'service'] as const)('is to call tools for an %s, whatever roles it is given', (kind) => {
    const granted = permissions.filter((permission) =>
      allows(RIGHTS, { ...user, kind }, owner, PATH, permission),
    );
    expect(granted).toEqual(['call_tools']);
  });

  it('is everything for the owner of the installation, everywhere', () => {
    const installation: Principal = { ...user, installationOwner: true };
    for (const permission of permissions) {
      expect(allows(RIGHTS, installation, [], { organization: 'other' }, permission)).toBe(true);
    }
  });

  it('is something somewhere exactly where there is a place for it', () => {
    const places = (roles: readonly RoleAssignment[]) => [
      PATH,
      ...roles.map(({ scope }) => ({ ...PATH, ...scope, organization: 'acme' })),
    ];
    fc.assert(
      fc.property(assignments, permission, (roles, permission) => {
        const own = roles.filter(({ scope }) => [undefined, 'acme'].includes(scope.organization));
        const anywhere = places(own).some((path) => allows(RIGHTS, user, own, path, permission));
        expect(allowsSomewhere(RIGHTS, user, own, permission)).toBe(anywhere);
      }),
    );
  });

  it('ends at the organization that the request is about', () => {
    const elsewhere = { organization: 'other', workspace: 'finance', project: 'invoices' };
    fc.assert(
      fc.property(
        assignments,
        permission,
        fc.constantFrom('user', 'agent', 'service'),
        (roles, permission, kind) => {
          expect(allows(RIGHTS, { ...user, kind }, roles, elsewhere, permission)).toBe(false);
        },
      ),
    );
  });
});
