import type { Counter } from '@countersign/access';
import type { KnownPlans } from './plan-flags.ts';

/** Whether the plan of an organization counts something, with or without a limit. One that is not in force counts nothing. */
export function isCounted({ directory, plans }: KnownPlans, organization: string, counter: Counter): boolean {
  const entry = directory.organization(organization);
  const quotas = entry && plans.entry(entry.plan)?.plan.counters[counter];
  return quotas !== undefined && quotas.length > 0;
}
