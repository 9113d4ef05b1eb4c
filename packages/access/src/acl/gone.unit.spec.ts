import { describe, expect, it } from 'vitest';
import { effectiveLevel } from './effective-level.ts';
import { NOTHING_GONE, withoutGone } from './gone.ts';
import { heldBy, NOTHING_HELD } from './granting.ts';
import { entryOf, listOf } from './testing/lists.ts';

const creator = { kind: 'agent', id: 'creator' } as const;
const acl = listOf({
  entries: [
    entryOf({ id: 'a', delegable: { maxDepth: null } }),
    entryOf({ id: 'b' }),
    entryOf({ id: 'a-1', parent: 'a', delegable: { maxDepth: null } }),
    entryOf({ id: 'a-1-1', parent: 'a-1' }),
  ],
});

describe('what is gone from a list', () => {
  it('takes along everything that was delegated from it', () => {
    const left = withoutGone(acl, { ...NOTHING_GONE, entries: new Set(['a']) });
    expect(left.entries.map(({ id }) => id)).toEqual(['b']);
  });

  it('may be the right of who made it, which nobody has from then on', () => {
    const left = withoutGone(acl, { ...NOTHING_GONE, creator: true });
    const granter = {
      principal: creator,
      groups: [],
      fallback: NOTHING_HELD,
      administersAll: false,
    };
    expect(effectiveLevel(acl, creator, [], 0, null)).toBe('admin');
    expect(effectiveLevel(left, creator, [], 0, null)).toBeNull();
    expect(heldBy(left, granter, 0).level).toBeNull();
  });

  it('may be nothing', () => {
    expect(withoutGone(acl, NOTHING_GONE)).toBe(acl);
  });
});
