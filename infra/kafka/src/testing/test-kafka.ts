import { startLocalCluster } from '../local-cluster.ts';
import { startDockerBroker } from './docker-broker.ts';
import { findKafka } from './source.ts';

export interface TestKafka {
  readonly brokers: string;
  /** Ends what was started for the test; brokers that were given stay. */
  stop(): Promise<void>;
}

/**
 * A Kafka for a run of tests, from the first source that there is. Tests that kill brokers start a cluster of their own
 * (`startLocalCluster`), because they need its processes.
 * @throws Error if there is none
 */
export async function startTestKafka(): Promise<TestKafka> {
  const source = await findKafka();
  switch (source.kind) {
    case 'given':
      return { brokers: source.brokers, stop: async () => {} };
    case 'docker':
      return startDockerBroker();
    case 'maven':
      return startLocalCluster();
    case 'none':
      throw new Error(`there is no Kafka: ${source.why}`);
  }
}
