import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import type { Figure } from './figure.ts';

/** What a catalog of a megabyte may add to a start. */
const MOST_MORE_MS = 300;
const CATALOG_BYTES = 1_000_000;
const ROUNDS = 5;

/** Plans as an operator of many customers has them, until they are a megabyte. */
function largeCatalog(): string {
  const plans: string[] = [];
  for (let bytes = 0; bytes < CATALOG_BYTES; bytes += (plans.at(-1)?.length ?? 0) + 1) {
    const plan = {
      description: `Plan ${plans.length} of many`,
      flags: { rbac: true, access: true },
      counters: {
        tool_calls: { limit: 1_000 + plans.length, strict: true, period: 'monthly' },
        tool_cost: [
          { limit: 5_000_000, period: 'monthly' },
          { limit: 100_000, scope: 'user', period: 'daily' },
        ],
      },
      throttles: [{ mode: 'include', categories: ['tool_calls'], bucket: { capacity: 100, rate: 600 } }],
    };
    plans.push(`"plan-${plans.length}":${JSON.stringify(plan)}`);
  }
  return `{${plans.join(',')}}`;
}

/** A start with a megabyte of plans against one without, in turns: the first of a ledger, and one that changes nothing. */
export async function measurePlanCatalog(): Promise<Figure[]> {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'plans.json');
  await writeFile(file, largeCatalog());
  const without: number[][] = [];
  const having: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    without.push(await twoStarts({}));
    having.push(await twoStarts({ COUNTERSIGN_ACCESS_PLANS: `@${file}` }));
  }
  return ['first start', 'start again'].map((name, start) => {
    const floor = median(without.map((times) => times[start] ?? 0));
    const more = median(having.map((times) => times[start] ?? 0)) - floor;
    return {
      name: `${name} with a plan catalog of 1 MB, beyond one without`,
      figure: `${Math.round(more)} ms more`,
      floor: `${Math.round(floor)} ms`,
      ratio: more / MOST_MORE_MS,
      target: { atMost: 1 },
    };
  });
}

/** From the start of the process to its first answer, ms, twice on one data directory. */
async function twoStarts(env: Readonly<Record<string, string>>): Promise<number[]> {
  await using directory = await temporaryDirectory();
  const times: number[] = [];
  for (let start = 0; start < 2; start += 1) {
    const begin = performance.now();
    const product = await startStandalone({ dataDirectory: directory.path, env });
    times.push(performance.now() - begin);
    await product.stop();
  }
  return times;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
