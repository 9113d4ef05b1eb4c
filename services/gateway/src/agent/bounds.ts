import { type Principal, principalKey } from '@countersign/access';
import type { Granting } from '../user/granting.ts';
import type { Bound, Registration } from './events.ts';

/**
 * With how much an agent acts for each of its users. Who holds everything lets it act with all that they hold and will
 * hold, and so does everybody for themselves. Who holds less gives no more than that, whatever these users get later; what
 * was given before, in the same project, stays as it was.
 */
export function boundsFor(
  granting: Pick<Granting, 'holdsEverything' | 'rolesIn'>,
  principal: Principal,
  present: Pick<Registration, 'project' | 'acts_for' | 'bounds'> | undefined,
  { project, acts_for }: Pick<Registration, 'project' | 'acts_for'>,
): Pick<Registration, 'bounds'> {
  if (acts_for === 'any' || granting.holdsEverything(principal)) return {};
  const before = present?.project === project ? present : undefined;
  const isOther = (userId: string) =>
    principalKey(principal) !== principalKey({ kind: 'user', id: userId }) && acts_for.includes(userId);
  const isAdded = (userId: string) => before === undefined || !actsFor(before, userId);
  const kept = (before?.bounds ?? []).flatMap(({ users, roles }): Bound[] => {
    const left = users.filter(isOther);
    return left.length === 0 ? [] : [{ users: left, roles }];
  });
  const added = acts_for.filter((userId) => isOther(userId) && isAdded(userId));
  const bounds =
    added.length === 0 ? kept : [...kept, { users: added, roles: granting.rolesIn(principal, project) }];
  return bounds.length === 0 ? {} : { bounds };
}

function actsFor({ acts_for }: Pick<Registration, 'acts_for'>, userId: string): boolean {
  return acts_for === 'any' || acts_for.includes(userId);
}
