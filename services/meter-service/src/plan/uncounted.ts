import type { Plan, PlanProblem, PlanQuota } from '@countersign/access';
import { COUNTED_BY } from '../metered.ts';

/**
 * Limits that would limit nothing, because what they name is not counted by that scope: valid in the grammar, and a
 * promise that would not be kept. Without a limit every name of the grammar may stand in a plan.
 */
export function uncountedLimits({ counters, gauges }: Plan): readonly PlanProblem[] {
  return [...problemsOf('counters', counters), ...problemsOf('gauges', gauges)];
}

function problemsOf(
  section: 'counters' | 'gauges',
  quotas: { readonly [key: string]: readonly PlanQuota[] | undefined },
): readonly PlanProblem[] {
  return Object.entries(quotas).flatMap(([key, list = []]) =>
    list.flatMap(({ limit, scope }, index) => {
      const counted = COUNTED_BY[key as keyof typeof COUNTED_BY];
      if (limit === null || counted.includes(scope)) return [];
      const place = list.length === 1 ? '' : `/${index}`;
      return {
        pointer: `/${section}/${key}${place}/scope`,
        problem: `is "${scope}", and ${key} is not counted by it`,
        remedy: `count it by ${counted.join(' or ')}, or leave the limit out`,
      };
    }),
  );
}
