import { fileURLToPath } from 'node:url';
import { createTopics } from './create-topics.ts';
import { startLocalCluster } from './local-cluster.ts';
import { topicDefinitions } from './topics.ts';

/** A broker for development: one or, with `--three`, three; its data stay until `infra/kafka/data` is deleted. */
const size = process.argv.includes('--three') ? 3 : 1;
const data = fileURLToPath(new URL(`../data/${size === 1 ? 'one' : 'three'}`, import.meta.url));
const KAFKA_PORT = 9092;

process.stderr.write('fetching Apache Kafka if it is not here, and starting it …\n');
const cluster = await startLocalCluster({ size, directory: data, port: KAFKA_PORT });

let stopping = false;
const stop = async (exitCode: number): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await cluster.stop();
  process.exitCode = exitCode;
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));
for (const broker of cluster.processes)
  void broker.failed.then((words) => {
    process.stderr.write(`the broker has ended:\n${words}\n`);
    return stop(1);
  });

const created = await createTopics(cluster.brokers, topicDefinitions());
process.stderr.write(created.length > 0 ? `created ${created.join(', ')}\n` : 'all topics are there\n');
process.stdout.write(`KAFKA_BROKERS=${cluster.brokers}\n`);
