import { routes } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { expect } from 'vitest';
import type { RunningMeter } from './running-meter.ts';

/** Puts an organization `acme` on the plan `team`, with an agent of ann's in the project `web`; and how to ask about usage. */
export async function joined(meter: RunningMeter) {
  await meter.upstream.organization('acme', 'team');
  await meter.upstream.agent('bot', { owner: 'ann', project: 'web' });
  await meter.settled();
  const check = async (body: JsonObject, as = 'crawler') => {
    const answer = await meter.post('/v1/entitlements/check', body, as);
    if (answer.status === 200)
      expect(routes.checkEntitlement.responses[200].parse(answer.body)).toEqual(answer.body);
    return answer;
  };
  const says = async (body: JsonObject, as?: string) => {
    const { body: said } = await check(body, as);
    return [said.allowed, said.reason];
  };
  const report = (amount: number, more: JsonObject = {}) =>
    meter.post('/v1/usage', { key: 'evaluations_run', amount, ...more });
  return { meter, check, says, report };
}
