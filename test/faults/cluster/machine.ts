import { join } from 'node:path';
import { type StoreServer, startStoreServer } from '@countersign/event-store-grpc/testing';
import {
  type Cluster,
  type ServiceInstance,
  type ServiceName,
  startCluster,
} from '@countersign/infra-cluster';
import {
  createTopics,
  type LocalCluster,
  startLocalCluster,
  topicDefinitions,
} from '@countersign/infra-kafka';

/** All processes of a cluster on one machine, with what is under them. Whatever it ends or stops, it has started itself. */
export interface Machine {
  readonly cluster: Cluster;
  readonly kafka: LocalCluster;
  readonly storeUrl: string;
  /** Instances that run, or are stopped for a while, in the order of their starts. */
  instancesOf(service: ServiceName): readonly ServiceInstance[];
  add(service: ServiceName, own?: Readonly<Record<string, string>>): Promise<ServiceInstance>;
  /** `kill -9`. */
  kill(instance: ServiceInstance): Promise<void>;
  /** Lets one end in order. */
  retire(instance: ServiceInstance): Promise<void>;
  /** Starts another in the place of one that has ended, on its directory. */
  startAgain(instance: ServiceInstance): Promise<void>;
  readonly store: {
    kill(): Promise<void>;
    /** On the same directory and port. */
    startAgain(): Promise<void>;
    signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  };
  /** What went wrong with processes: who ended although nobody had ended it, and who did not end in order. */
  complaints(): readonly string[];
  /** Ends the services in order; brokers and store go on. */
  stopServices(): Promise<void>;
  /** Ends everything at once that has not ended. */
  close(): Promise<void>;
}

export interface MachineOptions {
  readonly directory: string;
  readonly brokers: 1 | 3;
  /** How many of each service; one if absent. */
  readonly instances?: Partial<Record<ServiceName, number>>;
  readonly settings: Readonly<Record<string, string>>;
}

export async function startMachine(options: MachineOptions): Promise<Machine> {
  const { directory } = options;
  await using started = new AsyncDisposableStack();
  const kafka = await startLocalCluster({ size: options.brokers });
  started.defer(() => kafka.stop());
  await createTopics(kafka.brokers, topicDefinitions());
  const storeDirectory = join(directory, 'store');
  let store: StoreServer = await startStoreServer({ directory: storeDirectory });
  started.defer(() => store.kill());
  const cluster = await startCluster({
    brokers: kafka.brokers,
    eventStoreUrl: store.url,
    directory: join(directory, 'cluster'),
    instances: options.instances ?? {},
    settings: options.settings,
  });

  const living = new Set<ServiceInstance>();
  const wrong: string[] = [];
  const watch = (instance: ServiceInstance): ServiceInstance => {
    living.add(instance);
    void instance.ended.then((code) => {
      if (living.delete(instance)) wrong.push(`${instance.name} ended with ${code}:\n${instance.output()}`);
    });
    return instance;
  };
  for (const instance of cluster.instances) watch(instance);
  const end = (instance: ServiceInstance, signal: 'SIGKILL' | 'SIGTERM') => {
    living.delete(instance);
    instance.signal(signal);
    return instance.ended;
  };
  const endAll = (how: 'stop' | 'kill') => {
    living.clear();
    return cluster[how]();
  };
  const running = started.move();
  let stopped: Promise<void> | null = null;

  return {
    cluster,
    kafka,
    storeUrl: store.url,
    instancesOf: (service) => [...living].filter((instance) => instance.service === service),
    add: async (service, own) => watch(await cluster.add(service, own)),
    async kill(instance) {
      await end(instance, 'SIGKILL');
    },
    async retire(instance) {
      const code = await end(instance, 'SIGTERM');
      if (code !== 0)
        wrong.push(`${instance.name} was to end in order and did with ${code}:\n${instance.output()}`);
    },
    async startAgain(instance) {
      watch(await cluster.replace(instance));
    },
    store: {
      kill: () => store.kill(),
      async startAgain() {
        store = await startStoreServer({ directory: storeDirectory, port: store.port });
      },
      signal: (signal) => void process.kill(store.pid, signal),
    },
    complaints: () => wrong,
    stopServices: () => (stopped ??= endAll('stop')),
    async close() {
      stopped ??= endAll('kill');
      await stopped;
      await running.disposeAsync();
    },
  };
}
