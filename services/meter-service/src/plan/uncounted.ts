import type { Plan, PlanProblem, PlanThrottle } from '@countersign/access';
import { isMetered, METERED, THROTTLED } from '../metered.ts';

/**
 * Limits that would limit nothing, because nothing counts what they name: valid in the grammar, and a promise that would
 * not be kept. Without a limit every name of the grammar may stand in a plan.
 */
export function uncountedLimits({ counters, throttles }: Plan): readonly PlanProblem[] {
  const limited = Object.entries(counters).filter(([, quotas]) => quotas.some(({ limit }) => limit !== null));
  return [
    ...limited.filter(([key]) => !isMetered(key)).map(([key]) => counterProblem(key)),
    ...throttles.flatMap(throttleProblems),
  ];
}

function counterProblem(key: string): PlanProblem {
  const remedy = `limit ${METERED.join(' or ')}, or leave the limit out`;
  return { pointer: `/counters/${key}`, problem: 'has a limit, and nothing counts it', remedy };
}

/** What it throttles has to be throttled at all: for `include` all that it names, for `exclude` what it leaves. */
function throttleProblems(
  { mode, categories, endpoints, bucket: { capacity, rate } }: PlanThrottle,
  index: number,
): readonly PlanProblem[] {
  if (capacity === null || rate === null) return [];
  const problem = `names what is not throttled; only ${THROTTLED.join(', ')} is`;
  const remedy =
    mode === 'include' ? `include ${THROTTLED.join(', ')}` : `exclude anything but ${THROTTLED.join(', ')}`;
  const names = (categories ?? []).map((category) => THROTTLED.some((throttled) => throttled === category));
  const wrong = names.flatMap((throttled, at) =>
    throttled === (mode === 'include') ? [] : [`categories/${at}`],
  );
  const paths = endpoints ?? [];
  if (mode === 'include' && paths.length > 0) wrong.push('endpoints');
  if (mode === 'exclude' && names.length + paths.length === 0) wrong.push('mode');
  return wrong.map((place) => ({ pointer: `/throttles/${index}/${place}`, problem, remedy }));
}
