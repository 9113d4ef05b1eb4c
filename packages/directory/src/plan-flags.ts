import type { Flag } from '@countersign/access';
import type { Directory } from './directory.ts';
import type { PlanCatalog } from './plan-catalog.ts';

/** Which plan each organization is on, and what the plans say. */
export interface KnownPlans {
  readonly directory: Pick<Directory, 'organization'>;
  readonly plans: Pick<PlanCatalog, 'entry'>;
}

/** Which of some features the plan of an organization lacks, in their order. */
export function missingFlags(known: KnownPlans, organization: string, flags: readonly Flag[]): Flag[] {
  return flags.filter((flag) => !hasFlag(known, organization, flag));
}

/** Whether the plan of an organization has a feature switched on. One that is not in force has none. */
export function hasFlag({ directory, plans }: KnownPlans, organization: string, flag: Flag): boolean {
  const entry = directory.organization(organization);
  return entry !== undefined && plans.entry(entry.plan)?.plan.flags[flag] === true;
}
