import type { ViewDefinition, ViewQuery } from '@countersign/processing';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { selectOf } from './sql.ts';
import { createTable } from './table.ts';

const calls: ViewDefinition = {
  name: 'calls.v1',
  columns: { organization: 'text', status: 'text', agent: 'text', deadline: 'integer' },
  indexes: [
    ['organization'],
    ['organization', 'status'],
    ['organization', 'agent'],
    ['deadline'],
    ['status', 'deadline'],
  ],
};

describe('queries that an index serves', () => {
  const database = new Database(':memory:');
  createTable(database, calls);
  afterAll(() => {
    database.close();
  });
  const planOf = (query: ViewQuery) => {
    const { sql, values } = selectOf(calls.name, query);
    const steps = database.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
    return steps.map(({ detail }) => detail).join('; ');
  };

  it.each<[string, ViewQuery, RegExp]>([
    ['a page', { limit: 9 }, /USING INDEX sqlite_autoindex/],
    ['a page after a key', { after: 'a', limit: 9 }, /SEARCH.*\(key>\?\)/],
    ['one column', { where: { organization: 'x' }, limit: 9 }, /SEARCH.*i0_.*\(organization=\?\)/],
    [
      'one column after a key',
      { where: { organization: 'x' }, after: 'a', limit: 9 },
      /SEARCH.*i0_.*\(organization=\? AND key>\?\)/,
    ],
    [
      'two columns after a key',
      { where: { organization: 'x', agent: 'y' }, after: 'a', limit: 9 },
      /SEARCH.*i2_.*\(organization=\? AND agent=\? AND key>\?\)/,
    ],
    ['what is due', { due: { column: 'deadline', max: 9 }, limit: 9 }, /SEARCH.*i3_.*\(deadline<\?\)/],
    [
      'what is due of some rows',
      { where: { status: 'x' }, due: { column: 'deadline', max: 9 }, limit: 9 },
      /SEARCH.*i4_.*\(status=\? AND deadline<\?\)/,
    ],
  ])('%s comes in order without sorting', (_, query, plan) => {
    expect(planOf(query)).toMatch(plan);
    expect(planOf(query)).not.toContain('TEMP B-TREE');
  });
});
