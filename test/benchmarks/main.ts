import { parseArgs } from 'node:util';
import { measureAdmissions } from './admissions.ts';
import { measureCalls } from './calls.ts';
import { measureCluster } from './cluster/measure.ts';
import { measureCores } from './cores.ts';
import { type Figure, table } from './figure.ts';
import { measureLargeLedger } from './large-ledger.ts';
import { measurePlanCatalog } from './plan-catalog.ts';

/**
 * Prints every figure with its floor and ratio from this run. Machines are shared and noisy: a ratio compares what ran
 * under the same load, and nothing here is a test.
 */
const { values } = parseArgs({
  options: {
    only: {
      type: 'string',
      description: 'cores, calls, admissions, cluster, plans or ledger, several with commas',
    } as {
      type: 'string';
    },
    events: { type: 'string', default: '1000000' },
  },
});
const parts: { readonly [name: string]: () => Promise<Figure[]> } = {
  cores: measureCores,
  calls: measureCalls,
  admissions: measureAdmissions,
  cluster: measureCluster,
  plans: measurePlanCatalog,
  ledger: () => measureLargeLedger(Number(values.events)),
};
const chosen = values.only === undefined ? Object.keys(parts) : values.only.split(',');
const unknown = chosen.filter((name) => !(name in parts));
if (unknown.length > 0) {
  process.stderr.write(
    `there is no part ${unknown.join(', ')}; known are ${Object.keys(parts).join(', ')}\n`,
  );
  process.exit(2);
}
const figures: Figure[] = [];
for (const name of chosen) {
  process.stderr.write(`measuring ${name} …\n`);
  figures.push(...((await parts[name]?.()) ?? []));
}
process.stdout.write(`${table(figures)}\n`);
