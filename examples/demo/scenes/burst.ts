import { guardTools, type Step } from '../../agents/file-agent/guarded-tools.ts';
import { BUCKET } from '../plan.ts';
import type { Stage } from '../stage.ts';

const CALLS = 60;
const MINUTE_MS = 60_000;

/** The agent loses its head and asks for everything at once. */
export async function burst({ narrator, agent, tools }: Stage): Promise<void> {
  narrator.scene(`A burst: ${CALLS} calls at once, into a bucket of ${BUCKET.capacity}`);
  narrator.say(`its calls just before took from the bucket too; ${BUCKET.rate / 60} flow back each second`);
  const steps: Step[] = [];
  const callTool = guardTools(agent, tools, (step) => steps.push(step));
  const started = performance.now();
  await Promise.all(
    Array.from({ length: CALLS }, () => callTool('list_directory', { path: '.' }, 'to look again')),
  );
  const refilled = Math.ceil(((performance.now() - started) * BUCKET.rate) / MINUTE_MS);
  const executed = steps.filter(({ result }) => result.verdict === 'executed').length;
  const throttled = steps.flatMap(({ result }) => (result.verdict === 'throttled' ? [result] : []));
  narrator.say(`${executed} ran, ${throttled.length} were stopped by the throttle`);
  narrator.promised('each of them either ran or was stopped', executed + throttled.length === CALLS);
  narrator.promised(
    'no more ran than the bucket held, and was filled with meanwhile',
    executed > 0 && executed <= BUCKET.capacity + refilled && throttled.length > 0,
  );
  narrator.promised(
    'each refusal says when to come back',
    throttled.every(({ retryAfterMs }) => retryAfterMs !== null && retryAfterMs > 0),
  );
}
