import { SERVICES } from '@countersign/infra-cluster';
import type { Figure } from '../figure.ts';
import { startProbing } from './probing.ts';
import type { Product } from './product.ts';

const TARGET_S = 15;
const GIVE_UP_MS = 60_000;

/**
 * Kills the oldest instance of each service in its turn, the one that is most likely to have the relay's lease. The time until every organization
 * has a verdict on a call that it began after that; half of them had their partitions there.
 */
export async function measureLostInstances(product: Product): Promise<Figure[]> {
  const { cluster } = product;
  await using probing = startProbing(product);
  const figures: Figure[] = [];
  for (const service of SERVICES) {
    await probing.allDecided(GIVE_UP_MS);
    const oldest = cluster.instances.find((instance) => instance.service === service);
    if (!oldest) throw new Error(`no ${service} runs`);
    const begin = performance.now();
    oldest.signal('SIGKILL');
    await oldest.ended;
    await probing.allDecided(GIVE_UP_MS);
    const seconds = (performance.now() - begin) / 1000;
    await cluster.add(service);
    figures.push({
      name: `cluster: all decided after kill -9 of one ${service}, s`,
      figure: `${seconds.toFixed(2)} s`,
      floor: '',
      ratio: seconds,
      target: { atMost: TARGET_S },
    });
  }
  return figures;
}
