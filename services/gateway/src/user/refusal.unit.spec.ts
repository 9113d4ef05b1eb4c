import type { Principal, RoleRights } from '@countersign/access';
import type { UserRegistered } from '@countersign/contracts';
import { expect, it } from 'vitest';
import type { Granting } from './granting.ts';
import { changeProblem, removalProblem, rolesErrors } from './refusal.ts';

const operator: Principal = { kind: 'user', id: 'olga', organization: 'default', keyId: 'k' };
const roles = [{ scope: { organization: 'default' }, role: 'operator' }];
const granting = (mayGrant: boolean) =>
  ({ mayGrant: () => mayGrant, holdsEverything: () => true }) as unknown as Granting;
const rights = { has: () => true } as unknown as RoleRights;
/** One role's name and not a list, as a faulty version might have recorded it. */
const broken = {
  user_id: 'mal',
  roles: 'owner',
  approval_level: 'always',
  trust_score: 500,
} as unknown as UserRegistered;

it('a registration that can not be read is mended by who may give what is written instead, and by nobody else', () => {
  expect(rolesErrors(rights, 'default', roles, broken)).toEqual([]);
  expect(changeProblem(granting(true), operator, broken, { roles })).toBeNull();
  expect(changeProblem(granting(false), operator, broken, { roles })).toMatchObject({
    code: 'forbidden',
  });
  expect(removalProblem(granting(true), operator, broken)).toBeNull();
});
