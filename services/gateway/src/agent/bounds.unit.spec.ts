import type { Principal, RoleAssignment } from '@countersign/access';
import { describe, expect, it } from 'vitest';
import { boundsFor } from './bounds.ts';

const ROLES: readonly RoleAssignment[] = [{ scope: { project: 'web' }, role: 'developer' }];
const dana: Principal = { kind: 'user', id: 'dana', organization: 'acme', keyId: 'k1' };
const granting = (everything: boolean) => ({ holdsEverything: () => everything, rolesIn: () => ROLES });
const bounds = (
  acts_for: 'any' | string[],
  present?: Parameters<typeof boundsFor>[2],
  everything = false,
  project = 'web',
) => boundsFor(granting(everything), dana, present, { project, acts_for });
const OLD: readonly RoleAssignment[] = [{ scope: { project: 'web' }, role: 'viewer' }];
const present = (acts_for: 'any' | string[], users: string[] = []) => ({
  ...{ project: 'web', acts_for },
  ...(users.length === 0 ? {} : { bounds: [{ users, roles: OLD }] }),
});

describe('with how much an agent acts', () => {
  it('is all, of who lets it that holds everything, and of oneself', () => {
    expect(bounds(['alice', 'dana'], undefined, true)).toEqual({});
    expect(bounds(['dana'])).toEqual({});
    expect(bounds('any')).toEqual({});
  });

  it('is what who lets it holds, of everybody else', () => {
    expect(bounds(['dana', 'alice', 'bob'])).toEqual({
      bounds: [{ users: ['alice', 'bob'], roles: ROLES }],
    });
  });

  it('stays as it was for whom it acts already, and is new in another project', () => {
    const before = present(['alice', 'zoe'], ['alice']);
    expect(bounds(['alice', 'zoe', 'bob'], before)).toEqual({
      bounds: [
        { users: ['alice'], roles: OLD },
        { users: ['bob'], roles: ROLES },
      ],
    });
    expect(bounds(['zoe'], before)).toEqual({});
    expect(bounds(['alice'], present('any'))).toEqual({});
    expect(bounds(['alice', 'zoe'], before, false, 'other')).toEqual({
      bounds: [{ users: ['alice', 'zoe'], roles: ROLES }],
    });
  });

  it('is lifted by who holds everything, and for oneself', () => {
    expect(bounds(['alice'], present(['alice'], ['alice']), true)).toEqual({});
    expect(bounds(['dana'], present(['dana'], ['dana']))).toEqual({});
  });
});
