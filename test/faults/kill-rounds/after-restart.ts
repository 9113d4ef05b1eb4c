import type { SeededRandom } from '@countersign/testing';
import { type Client, listAll } from '../client.ts';
import type { Errand } from './errand.ts';
import { announceErrand, verdictOf } from './run-errand.ts';

/** How many ended errands are announced once more after each restart. */
const REPEATS = 4;

/** Waiting approvals still wait: every one that a client was told of and to which nobody has sent an answer. */
export async function checkWaiting(operator: Client, errands: readonly Errand[]): Promise<string[]> {
  const items = await listAll(operator, '/v1/approvals?state=waiting');
  const waiting = new Set(items.map(({ id }) => id));
  return errands
    .filter(({ step, tenant, decisionSent }) => step === 'decide' && tenant === 'open' && !decisionSent)
    .filter(({ call }) => !waiting.has(call ?? ''))
    .map(({ call, kind, key }) => `call ${call} (${kind} ${key}) does not wait for its human any more`);
}

/** One key is one call, before and after a crash: the same id, verdict and permit. A used permit stays used. */
export async function checkRepeats(
  clientOf: (errand: Errand) => Client,
  errands: readonly Errand[],
  random: SeededRandom,
): Promise<string[]> {
  const answered = errands.filter(({ call }) => call !== null);
  const complaints: string[] = [];
  for (let repeat = 0; repeat < REPEATS && answered.length > 0; repeat += 1) {
    const errand = answered[random.below(answered.length)]!;
    complaints.push(...(await checkRepeat(clientOf(errand), errand)));
  }
  return complaints;
}

async function checkRepeat(agent: Client, errand: Errand): Promise<string[]> {
  const complain = (what: string) => [
    `call ${errand.call} (${errand.kind} ${errand.key}), repeated: ${what}`,
  ];
  const reply = await announceErrand(errand, agent);
  if (reply.kind === 'lost') return complain('the connection was lost');
  const { body } = reply;
  if ((body.id ?? body.tool_call_id) !== errand.call) return complain(`became ${JSON.stringify(body)}`);
  if (body.replayed !== true) return complain('was not known');
  // Who asked a human has another answer after the human's.
  if (errand.verdict !== 'require_approval' && verdictOf(reply) !== errand.verdict) {
    return complain(`${errand.verdict} became ${verdictOf(reply)}`);
  }
  if (errand.permit === null) return [];
  if (body.permit?.token !== errand.permit) return complain('the permit is another one');
  if (errand.step !== 'report' && errand.step !== 'ended') return [];
  const { arguments: args } = errand.body as { arguments: object };
  const again = await agent('POST', '/v1/permits/redeem', {
    body: { permit: errand.permit, arguments: args },
  });
  if (again.kind === 'answer' && again.body.code === 'permit_redeemed') return [];
  return complain(`its permit was redeemed again: ${JSON.stringify(again)}`);
}
