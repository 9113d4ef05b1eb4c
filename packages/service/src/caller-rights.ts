import {
  allows,
  allowsSomewhere,
  concernsOrganization,
  type Permission,
  type Principal,
  type ScopePath,
} from '@countersign/access';
import {
  createDirectory,
  createKeys,
  createPlanCatalog,
  DEFAULT_WORKSPACE,
  DIRECTORY_TOPICS,
  DIRECTORY_TYPES,
  type Directory,
  hasFlag,
  isPrincipalInForce,
  KEY_TYPES,
  type KnownPlans,
  PLAN_TYPES,
  principalEndsAt,
} from '@countersign/directory';
import type { Allows, EndsAt, HasFlag, IsInForce, Where } from '@countersign/http';
import type { MessageBus } from '@countersign/message-bus';
import type { Clock } from './dependencies.ts';
import { type Following, followInto } from './follow-into.ts';

/** What a principal may do, by the roles that a directory knows of it. */
export function createPermitted(directory: Directory): Allows {
  /** As long as an organization has one workspace, that is all of it: what is held there counts for the organization's things. */
  const pathOf = (
    organization: string,
    permission: Permission,
    where: Exclude<Where, 'anywhere'>,
  ): ScopePath => {
    if (where !== 'everywhere') return directory.pathOf(organization, where.project);
    const isAll = directory.workspaces(organization).length <= 1;
    return isAll && !concernsOrganization(permission)
      ? { organization, workspace: DEFAULT_WORKSPACE }
      : { organization };
  };

  return (principal, permission, where = 'everywhere') => {
    const rights = directory.roleRights();
    const roles =
      principal.kind === 'user'
        ? (directory.user(principal.organization, principal.id)?.data.roles ?? [])
        : [];
    if (where === 'anywhere') return allowsSomewhere(rights, principal, roles, permission);
    return allows(rights, principal, roles, pathOf(principal.organization, permission, where), permission);
  };
}

/** Which features the plan of a principal's organization has, by what is known of plans. */
export function createHasFlag(known: KnownPlans): HasFlag {
  return ({ organization }, flag) => hasFlag(known, organization, flag);
}

/** What a process knows of callers whom the gateway has authenticated: what they may do, and whether they still are who they were. */
export interface CallerRights {
  readonly following: Following;
  readonly allows: Allows;
  readonly hasFlag: HasFlag;
  readonly isInForce: IsInForce;
  readonly endsAt: EndsAt;
}

/** Folds the rights of callers from control events: a service in a process of its own asks nobody for them. */
export function followCallerRights(bus: MessageBus, clock: Clock): CallerRights {
  const directory = createDirectory();
  const keys = createKeys();
  const plans = createPlanCatalog();
  const following = followInto(
    bus,
    DIRECTORY_TOPICS,
    (message) => {
      directory.apply(message);
      keys.apply(message);
      plans.apply(message);
    },
    { types: [...DIRECTORY_TYPES, ...KEY_TYPES, ...PLAN_TYPES] },
  );
  return {
    following,
    allows: createPermitted(directory),
    hasFlag: createHasFlag({ directory, plans }),
    async isInForce(principal: Principal, position) {
      await following.reached(position);
      return isPrincipalInForce(principal, { keys, directory, plans }, clock.nowMs());
    },
    endsAt: (principal) => principalEndsAt(principal, keys),
  };
}
