import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStoreServer } from '@countersign/event-store-grpc/testing';
import { type Cluster, type ServiceName, startCluster } from '@countersign/infra-cluster';
import { createTopics, topicDefinitions } from '@countersign/infra-kafka';
import { type Answer, type Call, caller } from '@countersign/testing';

/** All processes on a Kafka and a store server, over the addresses that their users have. */
export interface RunningCluster {
  readonly cluster: Cluster;
  readonly brokers: string;
  /** Calls of the owner at any gateway. */
  readonly owner: Call;
  close(): Promise<void>;
}

/** Where the services reach the brokers, if not where topics are made, and with which settings. */
interface Secured {
  readonly brokers: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** A cluster over real brokers, in a directory of its own. */
export async function runCluster(
  brokers: string,
  instances: Partial<Record<ServiceName, number>>,
  secured: Secured = { brokers, settings: {} },
): Promise<RunningCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-cluster-'));
  await createTopics(brokers, topicDefinitions());
  const store = await startStoreServer({ directory: join(directory, 'store') });
  const cluster = await startCluster({
    brokers: secured.brokers,
    eventStoreUrl: store.url,
    directory: join(directory, 'cluster'),
    instances,
    // What is tested is what is decided: a busy machine must not close calls as undecided.
    settings: { COUNTERSIGN_DECISION_TIMEOUT_MS: '30000', ...secured.settings },
  });
  // Who ends unasked tells why; the tests go on and fail where it is missed.
  let ending = false;
  for (const { name, ended, output } of cluster.instances) {
    void ended.then((code) => {
      if (!ending && code !== null) process.stderr.write(`${name} has ended with ${code}:\n${output()}\n`);
    });
  }
  return {
    cluster,
    brokers: secured.brokers,
    owner: caller(cluster.url, cluster.ownerKey),
    async close() {
      ending = true;
      await cluster.stop();
      await store.stop();
      await rm(directory, { recursive: true });
    },
  };
}

/** Asks until the answer is as it should become; the test's own time ends it. */
export async function until(ask: () => Promise<Answer>, good: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
  }
}
