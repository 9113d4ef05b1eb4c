import type { Step } from '../../agents/file-agent/guarded-tools.ts';
import { callPatiently } from '../patient-call.ts';
import { SEARCHES_PER_DAY } from '../plan.ts';
import type { Stage } from '../stage.ts';

/** Three times as many searches as there is money for, all at once. */
export async function quota(stage: Stage): Promise<void> {
  const { narrator, owner } = stage;
  const wanted = 3 * SEARCHES_PER_DAY;
  narrator.scene(`A quota: ${wanted} searches wanted, ${SEARCHES_PER_DAY} paid for`);
  const search = async (): Promise<Step['result']> => {
    const given = { path: '.', pattern: '**/*.txt' };
    return (await callPatiently(stage, 'search_files', given, 'to find more reports')).result;
  };
  const results = await Promise.all(Array.from({ length: wanted }, search));
  const ran = results.filter(({ verdict }) => verdict === 'executed').length;
  const refused = results.filter(({ verdict }) => verdict === 'over_quota').length;
  narrator.say(`${ran} ran, ${refused} were refused: over quota`);
  narrator.promised(
    `exactly ${SEARCHES_PER_DAY} ran, and all others were refused`,
    ran === SEARCHES_PER_DAY && refused === wanted - SEARCHES_PER_DAY,
  );
  const { items } = await owner.client.meters.list({ scope: 'user:alice' });
  const cost = items.find(({ key }) => key === 'tool_cost');
  narrator.promised(
    'the meter stands at its limit, to the last micro-unit',
    cost !== undefined && cost.used + cost.reserved === cost.limit,
  );
}
