import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AclEntry, AclPrincipal, AclState, Delegable } from './acl.ts';
import { delegate } from './delegation.ts';
import { type Granter, NOTHING_HELD } from './granting.ts';
import { LEVELS } from './level.ts';
import { entryOf, listOf } from './testing/lists.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const ENDS = [1, 2, 3].map((hours) => new Date(NOW + hours * 3_600_000).toISOString());

const agent = (id: string): AclPrincipal => ({ kind: 'agent', id });
const by = (id: string): Granter => ({
  principal: agent(id),
  groups: [],
  fallback: NOTHING_HELD,
  administersAll: false,
});

/** The list after one hop more from each to the next, as far as that goes; and how far it went. */
function chained(delegable: Delegable, hops: number): { readonly acl: AclState; readonly went: number } {
  let acl = listOf({ entries: [entryOf({ id: 'e0', principal: agent('a0'), level: 'write', delegable })] });
  for (let hop = 0; hop < hops; hop += 1) {
    const to = agent(`a${hop + 1}`);
    const given = delegate(acl, by(`a${hop}`), { to, level: 'write' }, NOW);
    if (typeof given === 'string') return { acl, went: hop };
    acl = { ...acl, entries: [...acl.entries, entryOf({ ...given, id: `e${hop + 1}`, principal: to })] };
  }
  return { acl, went: hops };
}

describe('how often something is handed on', () => {
  it('O-DEL-3: is exactly its depth, and any number of times without one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 9 }), (maxDepth, hops) => {
        expect(chained({ maxDepth }, hops).went).toBe(Math.min(maxDepth, hops));
        expect(chained({ maxDepth: null }, hops).went).toBe(hops);
      }),
    );
  });
});

describe('what is handed on', () => {
  const end = fc.constantFrom(null, ...ENDS);
  const depth = fc.constantFrom(null, 1, 2, 3);
  const some = fc.uniqueArray(fc.constantFrom('worker', 'helper', 'third'), { minLength: 1 });
  const level = fc.constantFrom(...LEVELS);
  const delegable = fc
    .record({ maxDepth: depth, to: some, level }, { requiredKeys: ['maxDepth'] })
    .map((one): Delegable => one);
  const source = fc.record({ level, expiresAt: end, delegable: fc.option(delegable) });
  const wanted = fc.record(
    {
      to: fc.constantFrom(agent('worker'), agent('third'), { kind: 'user', id: 'worker' } as const),
      level,
      maxDepth: fc.constantFrom(null, 0, 1, 2, 3),
      expiresAt: end,
    },
    { requiredKeys: ['to', 'level'] },
  );
  const rank = (one: AclEntry['level']) => LEVELS.indexOf(one);
  const hops = (one: number | null | undefined) => (one === null ? Number.POSITIVE_INFINITY : (one ?? 0));
  const time = (one: string | null) => (one === null ? Number.POSITIVE_INFINITY : Date.parse(one));

  it('O-DEL-2, O-DEL-5: is never more than it comes of, in no respect, and whole or not at all', () => {
    let handedOn = 0;
    fc.assert(
      fc.property(source, wanted, (held, asked) => {
        const acl = listOf({ entries: [entryOf({ ...held, id: 'e0', principal: agent('lead') })] });
        const given = delegate(acl, by('lead'), asked, NOW);
        const right = held.delegable;
        const fits =
          right !== null &&
          rank(asked.level) <= Math.min(rank(held.level), rank(right.level ?? 'admin')) &&
          (right.to === undefined || (asked.to.kind === 'agent' && right.to.includes(asked.to.id))) &&
          (asked.maxDepth === undefined || hops(asked.maxDepth) <= hops(right.maxDepth) - 1) &&
          (asked.expiresAt === undefined ||
            asked.expiresAt === null ||
            time(asked.expiresAt) <= time(held.expiresAt));
        expect(typeof given !== 'string').toBe(fits);
        if (typeof given === 'string' || right === null) return;
        handedOn += 1;
        expect(given.level).toBe(asked.level);
        // A narrower end of its own is kept, and a wider one is none.
        expect(time(given.expiresAt)).toBe(Math.min(time(asked.expiresAt ?? null), time(held.expiresAt)));
        const left = asked.maxDepth === undefined ? hops(right.maxDepth) - 1 : hops(asked.maxDepth);
        expect(given.delegable === null ? 0 : hops(given.delegable.maxDepth)).toBe(left);
        if (given.delegable === null) return;
        expect(given.delegable.to).toEqual(right.to && [...right.to].sort());
        expect(given.delegable.level).toBe(right.level);
      }),
      { numRuns: 2_000 },
    );
    expect(handedOn).toBeGreaterThan(100);
  });
});
