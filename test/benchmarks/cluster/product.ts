import { join } from 'node:path';
import { type Cluster, startCluster } from '@countersign/infra-cluster';
import { BENCH_PLANS, register } from '../processes.ts';
import type { Ground } from './ground.ts';

/** So many that every partition has some of them. */
const ORGANIZATIONS = 24;
export const organizations = Array.from({ length: ORGANIZATIONS }, (_, index) => `org-${index + 1}`);

/** The five services on a ground, with an agent in each organization. */
export interface Product {
  readonly cluster: Cluster;
  /** Of the agents, one for each organization, in their order. */
  readonly keys: readonly string[];
}

export async function startProduct({ kafka, store, directory }: Ground): Promise<Product> {
  const cluster = await startCluster({
    brokers: kafka.brokers,
    eventStoreUrl: store.url,
    directory: join(directory, 'cluster'),
    settings: {
      COUNTERSIGN_ACCESS_PLANS: BENCH_PLANS,
      // A machine that is slower than the calls that are under way need is measured, and not refused.
      COUNTERSIGN_DECISION_TIMEOUT_MS: '10000',
    },
  });
  try {
    const keys: string[] = [];
    for (const organization of organizations) keys.push(await register(cluster, organization));
    return { cluster, keys };
  } catch (cause) {
    await cluster.kill();
    throw cause;
  }
}
