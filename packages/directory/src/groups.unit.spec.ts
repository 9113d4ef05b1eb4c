import type { Party } from '@countersign/access';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDirectory } from './directory.ts';
import { createLedger } from './testing/messages.ts';

const user = (id: string): Party => ({ kind: 'user', id });

describe('groups', () => {
  const { next } = createLedger();
  const said = (type: string, id: string, members: readonly Party[] = []) =>
    next(`group.${type}`, `group-acme:${id}`, { group_id: id, members: members.map((one) => ({ ...one })) });

  it('tell who is in which, each by kind and id', () => {
    const directory = createDirectory();
    directory.apply(said('registered', 'finance', [user('alice'), { kind: 'agent', id: 'alice' }]));
    directory.apply(said('registered', 'board', [user('alice')]));
    expect(directory.groupsOf('acme', user('alice'))).toEqual(['board', 'finance']);
    expect(directory.groupsOf('acme', { kind: 'agent', id: 'alice' })).toEqual(['finance']);
    expect(directory.groupsOf('acme', user('bob'))).toEqual([]);
    expect(directory.groupsOf('other', user('alice'))).toEqual([]);
    directory.apply(said('changed', 'board', [user('bob')]));
    directory.apply(said('removed', 'finance'));
    expect(directory.groupsOf('acme', user('alice'))).toEqual([]);
    expect(directory.groups('acme').map(({ id }) => id)).toEqual(['board']);
  });

  it('answer as a plain list of memberships would, after any changes', () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      members: fc.option(fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 4 })),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const ledger = createLedger();
        const directory = createDirectory();
        const oracle = new Map<string, readonly string[]>();
        for (const { id, members } of changes) {
          const type = members ? 'group.changed' : 'group.removed';
          const data = { group_id: id, members: (members ?? []).map((one) => ({ ...user(one) })) };
          directory.apply(ledger.next(type, `group-acme:${id}`, data));
          oracle.set(id, members ?? []);
        }
        for (const one of ['x', 'y', 'z']) {
          const expected = ['a', 'b', 'c'].filter((id) => oracle.get(id)?.includes(one));
          expect(directory.groupsOf('acme', user(one))).toEqual(expected);
        }
      }),
    );
  });
});

describe('places', () => {
  const { next } = createLedger();
  const directory = createDirectory();
  directory.apply(next('organization.created', 'organization-acme', { organization_id: 'acme' }, 'acme'));

  it('are `default` from the beginning, and where projects are that nobody has registered', () => {
    expect(directory.workspaces('acme').map(({ id }) => id)).toEqual(['default']);
    expect(directory.projects('acme').map(({ id }) => id)).toEqual(['default']);
    expect(directory.pathOf('acme', 'apollo')).toEqual({
      organization: 'acme',
      workspace: 'default',
      project: 'apollo',
    });
  });

  it('are where they were registered', () => {
    const by = { kind: 'user', id: 'owner' };
    directory.apply(
      next('workspace.registered', 'workspace-acme:research', { workspace_id: 'research', by }),
    );
    const project = { project_id: 'apollo', workspace_id: 'research', by };
    directory.apply(next('project.registered', 'project-acme:apollo', project));
    expect(directory.pathOf('acme', 'apollo').workspace).toBe('research');
    expect(directory.pathOf('other', 'apollo').workspace).toBe('default');
    expect(directory.projects('acme').map(({ id }) => id)).toEqual(['apollo', 'default']);
  });
});
