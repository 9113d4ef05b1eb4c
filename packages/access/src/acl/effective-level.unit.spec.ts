import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AclEntry, AclPrincipal, AclState } from './acl.ts';
import { effectiveLevel } from './effective-level.ts';
import { includesLevel, LEVELS, type Level } from './level.ts';
import { entryOf, listOf } from './testing/lists.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const CREATOR: AclPrincipal = { kind: 'agent', id: 'creator' };
const WORKER: AclPrincipal = { kind: 'agent', id: 'worker' };

const levelOf = (acl: AclState, principal = WORKER, groups: string[] = [], fallback: Level | null = null) =>
  effectiveLevel(acl, principal, groups, NOW, fallback);

describe('what an access list grants', () => {
  it('O-ACL-5: is everything to the creator, without an entry and whatever the policy', () => {
    for (const defaultPolicy of ['open', 'closed', null] as const)
      expect(levelOf(listOf({ defaultPolicy }), CREATOR)).toBe('admin');
  });

  it('is nothing to a user with the id of the agent that made it', () => {
    expect(levelOf(listOf({}), { kind: 'user', id: CREATOR.id })).toBeNull();
  });

  it.each([
    ['open', null, 'read'],
    ['open', 'admin', 'read'],
    ['closed', null, null],
    ['closed', 'admin', null],
    [null, null, null],
    [null, 'write', 'write'],
  ] as const)(
    'O-ACL-1, O-ACL-2, O-ACL-4: is, unlisted under %s with %s set elsewhere: %s',
    (defaultPolicy, fallback, granted) => {
      expect(levelOf(listOf({ defaultPolicy }), WORKER, [], fallback)).toBe(granted);
    },
  );

  it('is what an open list says it opens', () => {
    expect(levelOf(listOf({ defaultPolicy: 'open', defaultLevel: 'write' }))).toBe('write');
  });

  it.each(LEVELS)('O-ACL-3: is %s where an entry says so, whatever holds for the unlisted', (level) => {
    for (const defaultPolicy of ['open', 'closed', null] as const) {
      const acl = listOf({ defaultPolicy, defaultLevel: 'admin', entries: [entryOf({ level })] });
      expect(levelOf(acl, WORKER, [], 'admin')).toBe(level);
    }
  });

  it('O-ACL-6: ends at the very moment that an entry ends, recorded or not', () => {
    const ending = (at: number) => listOf({ entries: [entryOf({ expiresAt: new Date(at).toISOString() })] });
    expect(levelOf(ending(NOW + 1))).toBe('read');
    expect(levelOf(ending(NOW))).toBeNull();
  });

  it('O-ACL-7: reaches the members of a group, and nobody who has its name', () => {
    const acl = listOf({ entries: [entryOf({ principal: { kind: 'group', id: 'team' }, level: 'write' })] });
    expect(levelOf(acl, WORKER, ['team'])).toBe('write');
    expect(levelOf(acl, WORKER, ['other'])).toBeNull();
    expect(levelOf(acl, { kind: 'user', id: 'team' })).toBeNull();
  });

  it('is the most of all live entries, judged by trying every one', () => {
    const ids = fc.constantFrom('worker', 'team', 'other');
    const principal = fc.record({ kind: fc.constantFrom('agent', 'user', 'group'), id: ids });
    const expiresAt = fc.constantFrom(null, new Date(NOW).toISOString(), new Date(NOW + 5).toISOString());
    const level = fc.constantFrom(...LEVELS);
    const entries = fc.array(fc.record({ principal, level, expiresAt }), { maxLength: 12 });
    fc.assert(
      fc.property(entries, fc.subarray(['team', 'other']), (drafts, groups) => {
        const acl = listOf({
          entries: drafts.map((draft, n) => entryOf({ ...(draft as AclEntry), id: `e${n}` })),
        });
        const names = ['agent:worker', ...groups.map((id) => `group:${id}`)];
        const held = drafts
          .filter((one) => one.expiresAt === null || Date.parse(one.expiresAt) > NOW)
          .filter((one) => names.includes(`${one.principal.kind}:${one.principal.id}`))
          .map((one) => LEVELS.indexOf(one.level));
        expect(levelOf(acl, WORKER, groups)).toBe(LEVELS[Math.max(-1, ...held)] ?? null);
      }),
    );
  });
});

describe('levels', () => {
  it.each([
    [null, []],
    ['read', ['read']],
    ['write', ['read', 'write']],
    ['admin', ['read', 'write', 'admin']],
  ] as const)('O-PERM-4: %s includes %s', (held, included) => {
    expect(LEVELS.filter((level) => includesLevel(held, level))).toEqual(included);
  });
});
