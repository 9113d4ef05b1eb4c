import { setTimeout as wait } from 'node:timers/promises';
import { guardTools, type Step } from '../agents/file-agent/guarded-tools.ts';
import type { Stage } from './stage.ts';

/** One call of the agent that waits, where the throttle says so and for as long as it says, and tries again. */
export async function callPatiently(
  { agent, tools }: Stage,
  ...[tool, given, reason]: Parameters<ReturnType<typeof guardTools>>
): Promise<Step> {
  for (;;) {
    const steps: Step[] = [];
    await guardTools(agent, tools, (step) => steps.push(step))(tool, given, reason);
    const [step] = steps;
    if (step?.result.verdict !== 'throttled') return step!;
    await wait(step.result.retryAfterMs ?? 0);
  }
}
