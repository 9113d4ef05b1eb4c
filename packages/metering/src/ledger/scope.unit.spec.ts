import type { ScopeKind } from '@countersign/access';
import { expect, it } from 'vitest';
import { outcome, scenario } from '../proof/scenario.ts';
import { type Scopes, scopePath } from './scope.ts';

const ALL: Scopes = { organization: 'acme', workspace: 'main', project: 'web', user: 'ann' };

it.each<[ScopeKind, string]>([
  ['organization', 'organization:acme'],
  ['workspace', 'workspace:main'],
  ['project', 'project:web'],
  ['user', 'user:ann'],
  ['project_user', 'project_user:web:ann'],
])('A-MTR-8: the row of scope %s is %s', (kind, path) => {
  expect(scopePath(kind, ALL)).toBe(path);
});

it.each<[string, Scopes, readonly (string | null)[]]>([
  ['an organization alone', { organization: 'acme' }, [null, null, null, null]],
  ['a user without a project', { organization: 'acme', user: 'ann' }, [null, null, 'user:ann', null]],
  ['a project without a user', { organization: 'acme', project: 'web' }, [null, 'project:web', null, null]],
])('A-MTR-5: %s has the rows of what it names, and no other', (_what, scopes, paths) => {
  const kinds = ['workspace', 'project', 'user', 'project_user'] as const;
  expect(kinds.map((kind) => scopePath(kind, scopes))).toEqual(paths);
});

it('A-MTR-1, A-MTR-2, A-MTR-3: a counter is named in words, in each event that is about it', () => {
  const org = scenario({
    counters: {
      traces_ingested: { period: 'monthly' },
      traces_retrieved: [
        { scope: 'project_user', period: 'daily' },
        { scope: 'user', period: 'daily' },
      ],
    },
    gauges: { users: {} },
  });
  org.now = Date.UTC(2026, 4, 18, 9);
  const amounts = { users: 1, traces_ingested: 2, traces_retrieved: 3 };
  expect(outcome(org.reserve('all', amounts))).toContain('reserved');
  expect(org.log.at(-1)?.data).toMatchObject({
    lines: [
      { rule: 'users.organization.total', scope: 'organization:acme', period_start: null, amount: 1 },
      {
        ...{ rule: 'traces_ingested.organization.monthly', scope: 'organization:acme', amount: 2 },
        period_start: '2026-05-01T00:00:00.000Z',
      },
      {
        ...{ rule: 'traces_retrieved.project_user.daily', scope: 'project_user:web:ann', amount: 3 },
        period_start: '2026-05-18T00:00:00.000Z',
      },
      {
        ...{ rule: 'traces_retrieved.user.daily', scope: 'user:ann', amount: 3 },
        period_start: '2026-05-18T00:00:00.000Z',
      },
    ],
  });
});
