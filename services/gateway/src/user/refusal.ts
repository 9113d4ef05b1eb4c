import { isDeepStrictEqual } from 'node:util';
import { kindOfScope, type Principal, type RoleAssignment, type RoleRights } from '@countersign/access';
import {
  type FieldError,
  type Problem,
  problem,
  type UserRegistered,
  type UserRequest,
} from '@countersign/contracts';
import type { Granting } from './granting.ts';

/** What is wrong with roles that somebody shall hold: of another organization, or of no catalog. Those held already stay. */
export function rolesErrors(
  rights: RoleRights,
  organization: string,
  roles: readonly RoleAssignment[] = [],
  present?: UserRegistered,
): readonly FieldError[] {
  const before = rolesHeld(present);
  return roles.flatMap(({ scope, role }, index) => {
    if (scope.organization !== undefined && scope.organization !== organization)
      return [{ pointer: `/roles/${index}/scope/organization`, detail: `must be ${organization}` }];
    const kind = kindOfScope(scope);
    if (includes(before, { scope, role }) || (kind && rights.has(kind, role))) return [];
    const known = kind === null ? [] : rights.catalog[kind].map((one) => one.role);
    return [
      { pointer: `/roles/${index}/role`, detail: `is no role of its scope; these are: ${known.join(', ')}` },
    ];
  });
}

/** How much somebody is trusted of whom nothing else is said. */
export const NEW_USER = { approval_level: 'production_only', trust_score: 500 } as const;

/** Why a caller may not give a user this registration: nobody gives, takes or gets what they do not hold. */
export function changeProblem(
  granting: Granting,
  principal: Principal,
  present: UserRegistered | undefined,
  body: Pick<UserRequest, 'roles'> & Partial<UserRequest>,
): Problem | null {
  const before = rolesHeld(present);
  const given = body.roles.flatMap((assignment, index) =>
    includes(before, assignment) || granting.mayGrant(principal, assignment)
      ? []
      : [
          {
            pointer: `/roles/${index}`,
            detail: `the caller does not hold all that ${named(assignment)} grants`,
          },
        ],
  );
  const taken = before
    .filter((assignment) => !includes(body.roles, assignment) && !granting.mayGrant(principal, assignment))
    .map((assignment) => ({
      pointer: '/roles',
      detail: `must hold ${named(assignment)}: the caller does not hold all that it grants, and can not take it`,
    }));
  const { approval_level, trust_score } = present ?? NEW_USER;
  const lifted = granting.holdsEverything(principal)
    ? []
    : Object.entries({ approval_level, trust_score })
        .filter(([name, value]) => (body[name as keyof typeof NEW_USER] ?? value) !== value)
        .map(([name, value]) => ({
          pointer: `/${name}`,
          detail: `must be ${value}: only who holds every permission of the organization changes it`,
        }));
  const errors = [...given, ...taken, ...lifted];
  const [first] = errors;
  return first ? problem('forbidden', `${first.pointer}: ${first.detail}`, { errors }) : null;
}

/** Why a caller may not remove a user. */
export function removalProblem(
  granting: Granting,
  principal: Principal,
  present: UserRegistered,
): Problem | null {
  const beyond = rolesHeld(present).find((assignment) => !granting.mayGrant(principal, assignment));
  if (!beyond) return null;
  return problem('forbidden', `the user is ${named(beyond)}, of which the caller does not hold everything`);
}

/** What a faulty version has recorded instead of a list gives nobody anything, and must not stand in the way of mending it. */
function rolesHeld(present: UserRegistered | undefined): readonly RoleAssignment[] {
  return Array.isArray(present?.roles) ? present.roles : [];
}

function includes(assignments: readonly RoleAssignment[], one: RoleAssignment): boolean {
  return assignments.some(
    ({ scope, role }) => role === one.role && isDeepStrictEqual({ ...scope }, { ...one.scope }),
  );
}

function named({ scope, role }: RoleAssignment): string {
  const [[kind, id] = []] = Object.entries(scope);
  return `${role} in ${kind} ${id}`;
}
