import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointersOf, valueIn } from '../testing/problems.ts';
import { DEFAULT_ROLES } from './default-roles.ts';
import { parseRoles } from './parse-roles.ts';
import { applyRolesOverlay } from './parse-roles-overlay.ts';
import { OWN_PERMISSIONS, PERMISSIONS } from './permission-slugs.ts';
import { ROLE_SCOPES, type RoleCatalog, type RoleScope } from './role-catalog.ts';
import { roleRights } from './role-rights.ts';

const reviewer = { role: 'reviewer', permissions: ['read_system', 'view_evaluation_runs'] };
const slugs = (catalog: RoleCatalog, scope: RoleScope) => catalog[scope].map(({ role }) => role);
const permissionsOf = (catalog: RoleCatalog, scope: RoleScope, role: string) =>
  catalog[scope].find((entry) => entry.role === role)?.permissions;

describe('the permissions of the catalogue', () => {
  it('are those of both versions of the seed and our own, each once', () => {
    expect(new Set(PERMISSIONS).size).toBe(PERMISSIONS.length);
    expect(PERMISSIONS).toHaveLength(OWN_PERMISSIONS.length + 82);
    for (const irregular of ['edit_application', 'view_applications', 'delete_application_variant'])
      expect(PERMISSIONS).toContain(irregular);
  });
});

describe('the default roles', () => {
  it('are a ladder: each grants all of the one below and more', () => {
    const ladder = ['viewer', 'annotator', 'editor', 'developer', 'admin'];
    const sizes = ladder.map((role) => new Set(permissionsOf(DEFAULT_ROLES, 'project', role)));
    for (const [index, one] of sizes.entries()) {
      const below = sizes[index - 1];
      if (below) expect([...below].filter((permission) => !one.has(permission))).toEqual([]);
    }
    // The seed's ladder of both versions (viewer 24 and 23, of which 20 are the same, and so on), and our own permissions.
    expect(sizes.map(({ size }) => size)).toEqual([28, 40, 64, 75, 81]);
  });

  it('grant an owner everything but what is the installation owner’s', () => {
    const rights = roleRights(DEFAULT_ROLES);
    for (const scope of ROLE_SCOPES) {
      const kept = PERMISSIONS.filter((permission) => !rights.grants(scope, 'owner', permission));
      expect(kept).toEqual(['manage_plans', 'manage_organizations', 'operate_installation']);
    }
  });
});

describe('the roles override', () => {
  it.each<[id: string, json: unknown, pointers: readonly string[]]>([
    ['A-ENV-4: a list', [1, 2, 3], ['']],
    ['A-ENV-5: an empty object', {}, ['']],
    ['A-ROLE-1: an unknown scope', { team: [reviewer] }, ['/team']],
    ['A-ROLE-2: an empty scope', { project: [] }, ['/project']],
    ['A-ROLE-2: a scope that is no list', { project: { reviewer } }, ['/project']],
    ['A-ROLE-3: owner', { project: [{ role: 'owner', permissions: ['*'] }] }, ['/project/0/role']],
    ['A-ROLE-3: viewer', { workspace: [{ role: 'viewer', permissions: [] }] }, ['/workspace/0/role']],
    // Ids that people choose have one form everywhere: another spelling of owner is no new role.
    ['A-ROLE-4: OWNER', { project: [{ role: 'OWNER', permissions: [] }] }, ['/project/0/role']],
    ['A-ROLE-4: owner in blanks', { project: [{ role: ' owner ', permissions: [] }] }, ['/project/0/role']],
    ['A-ROLE-5: a slug twice in a scope', { project: [reviewer, reviewer] }, ['/project/1/role']],
    ['A-ROLE-6: no slug', { project: [{ role: '', permissions: [] }] }, ['/project/0/role']],
    ['A-ROLE-6: no permissions', { project: [{ role: 'reviewer' }] }, ['/project/0/permissions']],
    ['A-ROLE-6: an extra field', { project: [{ ...reviewer, level: 1 }] }, ['/project/0/level']],
    [
      'A-ROLE-8: an unknown permission',
      { project: [{ role: 'x', permissions: ['fly'] }] },
      ['/project/0/permissions/0'],
    ],
    [
      'a permission that no role grants',
      { project: [{ role: 'x', permissions: ['manage_plans'] }] },
      ['/project/0/permissions/0'],
    ],
    [
      'a role with the name of a scope',
      { project: [{ role: 'workspace', permissions: [] }] },
      ['/project/0/role'],
    ],
    [
      'everything that is wrong at once',
      { project: [{ role: 'viewer', permissions: 'all' }, 7], team: [], workspace: [{ permissions: [1] }] },
      [
        '/team',
        '/workspace/0/role',
        '/workspace/0/permissions/0',
        '/project/0/role',
        '/project/0/permissions',
        '/project/1',
      ],
    ],
  ])('refuses %s', (_id, json, pointers) => {
    expect(pointersOf(parseRoles(json))).toEqual(pointers);
  });

  it('A-ROLE-5: takes a slug in two scopes', () => {
    const catalog = valueIn(parseRoles({ project: [reviewer], workspace: [reviewer] }));
    expect(slugs(catalog, 'workspace')).toEqual(slugs(catalog, 'project'));
  });

  it('A-ROLE-7: takes no permissions, a repeated one, and * beside others', () => {
    const roles = [
      { role: 'nothing', permissions: [] },
      { role: 'twice', permissions: ['read', 'read'] },
      { role: 'all', permissions: ['read', '*'] },
    ];
    const catalog = valueIn(parseRoles({ project: roles }));
    expect(catalog.project.slice(2)).toEqual([roles[0], { role: 'twice', permissions: ['read'] }, roles[2]]);
    expect(roleRights(catalog).grants('project', 'all', 'edit_tools')).toBe(true);
  });

  it('A-ROLE-9: has the minima of a named scope and what is given, nothing of the default', () => {
    const catalog = valueIn(parseRoles({ workspace: [reviewer] }));
    expect(slugs(catalog, 'workspace')).toEqual(['owner', 'viewer', 'reviewer']);
  });

  it('A-ROLE-10, A-ROLE-11: leaves every other scope alone', () => {
    const project = valueIn(parseRoles({ project: [reviewer] }));
    expect([project.organization, project.workspace]).toEqual([
      DEFAULT_ROLES.organization,
      DEFAULT_ROLES.workspace,
    ]);
    const workspace = valueIn(parseRoles({ workspace: [reviewer] }));
    expect(workspace.project).toEqual(DEFAULT_ROLES.project);
  });

  it('A-ROLE-12, A-ROLE-13: always has owner and viewer, which reads', () => {
    const catalog = valueIn(parseRoles({ organization: [reviewer], project: [reviewer] }));
    expect(catalog.organization.slice(0, 2).map(({ role, permissions }) => [role, permissions])).toEqual([
      ['owner', ['*']],
      ['viewer', ['read']],
    ]);
    expect(permissionsOf(catalog, 'project', 'viewer')).toEqual(
      permissionsOf(DEFAULT_ROLES, 'project', 'viewer'),
    );
    expect(permissionsOf(catalog, 'project', 'viewer')).toHaveLength(28);
  });

  it('A-ROLE-14: grants nothing for a role that is gone', () => {
    const rights = roleRights(valueIn(parseRoles({ project: [reviewer] })));
    expect(PERMISSIONS.some((permission) => rights.grants('project', 'editor', permission))).toBe(false);
  });
});

describe('the roles overlay', () => {
  const overlaid = (json: unknown, catalog = DEFAULT_ROLES) => applyRolesOverlay(catalog, json);

  it.each<[id: string, json: unknown, pointers: readonly string[]]>([
    ['an empty object', {}, ['']],
    ['a list', [], ['']],
    ['A-ROV-3: workspace', { workspace: { editor: { permissions: [] } } }, ['/workspace']],
    ['A-ROV-3: organization', { organization: { editor: { permissions: [] } } }, ['/organization']],
    ['A-ROV-4: a scope and a role', { project: { editor: {} }, auditor: { permissions: [] } }, ['']],
    ['A-ROV-5: an empty project', { project: {} }, ['/project']],
    ['A-ROV-6: owner', { owner: { permissions: ['*'] } }, ['/owner']],
    ['A-ROV-6: viewer', { project: { viewer: {} } }, ['/project/viewer']],
    [
      'A-ROV-10: a new role without permissions',
      { auditor: { description: 'x' } },
      ['/auditor/permissions', '/auditor/permissions'],
    ],
    ['an extra field', { editor: { role: 'x' } }, ['/editor/role']],
    ['an unknown permission', { editor: { permissions: ['fly', 'read'] } }, ['/editor/permissions/0']],
    ['a role that is no object', { editor: ['read'] }, ['/editor']],
  ])('refuses %s', (_id, json, pointers) => {
    expect(pointersOf(overlaid(json))).toEqual(pointers);
  });

  it('A-ROV-1, A-ROV-2: patches workspace and project alike, by slug or under project', () => {
    const patch = { editor: { permissions: ['read'] } };
    const catalog = valueIn(overlaid(patch));
    expect(permissionsOf(catalog, 'workspace', 'editor')).toEqual(['read']);
    expect(permissionsOf(catalog, 'project', 'editor')).toEqual(['read']);
    expect(catalog.organization).toEqual(DEFAULT_ROLES.organization);
    expect(valueIn(overlaid({ project: patch }))).toEqual(catalog);
  });

  it('A-ROV-7: replaces the list of permissions, and strips it where it is empty', () => {
    const catalog = valueIn(overlaid({ editor: { permissions: [] } }));
    expect(permissionsOf(catalog, 'project', 'editor')).toEqual([]);
  });

  it('A-ROV-8: keeps what a patch does not name', () => {
    const editor = DEFAULT_ROLES.project.find(({ role }) => role === 'editor');
    const described = valueIn(overlaid({ editor: { description: 'x' } }));
    expect(described.project).toContainEqual({ ...editor, description: 'x' });
    const granted = valueIn(overlaid({ editor: { permissions: ['read'] } }));
    expect(granted.project).toContainEqual({ ...editor, permissions: ['read'] });
  });

  it('A-ROV-9: takes a patch that changes nothing', () => {
    expect(valueIn(overlaid({ editor: {} }))).toEqual(DEFAULT_ROLES);
  });

  it('A-ROV-11: takes a new role without description, after the others', () => {
    const catalog = valueIn(overlaid({ auditor: { permissions: ['read_system'] } }));
    expect(catalog.project.at(-1)).toEqual({ role: 'auditor', permissions: ['read_system'] });
  });

  it('A-ROV-12: comes after the override, and leaves its catalog as it is', () => {
    const overridden = valueIn(parseRoles({ project: [reviewer] }));
    const before = structuredClone(overridden);
    const catalog = valueIn(overlaid({ reviewer: { permissions: ['read'] } }, overridden));
    expect(permissionsOf(catalog, 'project', 'reviewer')).toEqual(['read']);
    expect(overridden).toEqual(before);
  });

  it('A-ROV-13: is new in one scope where it patches in the other, and fails there without permissions', () => {
    const overridden = valueIn(parseRoles({ project: [reviewer] }));
    const described = overlaid({ reviewer: { description: 'x' } }, overridden);
    expect(described).toMatchObject({
      ok: false,
      problems: [{ pointer: '/reviewer/permissions', problem: expect.stringContaining('workspace') }],
    });
  });

  it('never throws and never changes a minimum, whatever it is given', () => {
    const word = fc.constantFrom(
      'project',
      'workspace',
      'owner',
      'editor',
      'permissions',
      'description',
      '__proto__',
      '*',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        word,
        fc.jsonValue(),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(word, tie('tree')),
      ),
    }));
    fc.assert(
      fc.property(tree, (json) => {
        for (const parsed of [parseRoles(json), overlaid(json)]) {
          if (!parsed.ok) expect(parsed.problems.length).toBeGreaterThan(0);
          else
            for (const scope of ROLE_SCOPES)
              expect(parsed.value[scope].slice(0, 2)).toEqual(DEFAULT_ROLES[scope].slice(0, 2));
        }
      }),
      { seed: 17, numRuns: 2_000 },
    );
  });
});
