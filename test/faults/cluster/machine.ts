import { join } from 'node:path';
import { type StoreServer, startStoreServer } from '@countersign/event-store-grpc/testing';
import { type Cluster, SERVICES, type ServiceInstance, startCluster } from '@countersign/infra-cluster';
import { createTopics, startLocalCluster, topicDefinitions } from '@countersign/infra-kafka';
import type { SeededRandom } from '@countersign/testing';

/** What a round kills: one instance of a service, the store server, or the broker. */
export const VICTIMS = ['store', 'broker', ...SERVICES] as const;
export type Victim = (typeof VICTIMS)[number];

/** All processes of a cluster on one machine, with what is under them. */
export interface Machine {
  readonly cluster: Cluster;
  readonly brokers: string;
  readonly storeUrl: string;
  /** `kill -9`, and another process in its place on the same directory and port; resolves when that is started. */
  killAndReplace(victim: Victim): Promise<void>;
  /** Instances that ended although nobody has killed them, with their last words. */
  endedAlone(): readonly string[];
  /** Ends the services in order; broker and store go on. */
  stopServices(): Promise<void>;
  close(): Promise<void>;
}

const INSTANCES = { gateway: 2, 'meter-service': 3, 'policy-engine': 2 };

/**
 * No permit lapses and nothing is abandoned meanwhile: what is given back is what clients say. A verdict may take as long as
 * a killed instance's session at the broker, and its successor's start, on a slow machine.
 */
const SETTINGS = {
  COUNTERSIGN_PERMIT_TTL_MS: '3600000',
  COUNTERSIGN_OUTCOME_TTL_MS: '3600000',
  COUNTERSIGN_DECISION_TIMEOUT_MS: '30000',
};

export async function startMachine(directory: string, random: SeededRandom): Promise<Machine> {
  await using started = new AsyncDisposableStack();
  const kafka = await startLocalCluster();
  started.defer(() => kafka.stop());
  await createTopics(kafka.brokers, topicDefinitions());
  const storeDirectory = join(directory, 'store');
  let store: StoreServer = await startStoreServer({ directory: storeDirectory });
  started.defer(() => store.stop());
  const cluster = await startCluster({
    brokers: kafka.brokers,
    eventStoreUrl: store.url,
    directory: join(directory, 'cluster'),
    instances: INSTANCES,
    settings: SETTINGS,
  });

  const living = new Set<ServiceInstance>();
  const alone: string[] = [];
  const watch = (instance: ServiceInstance): void => {
    living.add(instance);
    void instance.ended.then((code) => {
      if (living.delete(instance)) alone.push(`${instance.name} ended with ${code}:\n${instance.output()}`);
    });
  };
  for (const instance of cluster.instances) watch(instance);
  const stopServices = () => {
    living.clear();
    return cluster.stop();
  };
  const running = started.move();
  let stopped: Promise<void> | null = null;
  const stopOnce = () => (stopped ??= stopServices());

  return {
    cluster,
    brokers: kafka.brokers,
    storeUrl: store.url,
    endedAlone: () => alone,
    async killAndReplace(victim) {
      if (victim === 'store') {
        await store.kill();
        store = await startStoreServer({ directory: storeDirectory, port: store.port });
      } else if (victim === 'broker') {
        const broker = kafka.processes[0]!;
        await broker.kill();
        await broker.start();
      } else {
        const candidates = [...living].filter(({ service }) => service === victim);
        const instance = candidates[random.below(candidates.length)];
        if (!instance) return;
        living.delete(instance);
        watch(await cluster.replace(instance));
      }
    },
    stopServices: stopOnce,
    async close() {
      await stopOnce();
      await running.disposeAsync();
    },
  };
}
