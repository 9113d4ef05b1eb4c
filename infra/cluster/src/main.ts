import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createTopics, startLocalCluster, topicDefinitions } from '@countersign/infra-kafka';
import { startCluster } from './start-cluster.ts';

/**
 * The five services as processes of this machine, with a broker and a store server of its own, for development: what they hold
 * stays in `infra/cluster/data` until it is deleted.
 */
const data = fileURLToPath(new URL('../data', import.meta.url));
const STORE = fileURLToPath(
  new URL('../../../packages/event-store-grpc/src/testing/store-server/main.ts', import.meta.url),
);

process.stderr.write(
  'starting Apache Kafka (fetched if it is not here), a store server and five services …\n',
);
const kafka = await startLocalCluster({ directory: `${data}/kafka` });
await createTopics(kafka.brokers, topicDefinitions());
const store = spawn(process.execPath, [STORE, `${data}/store`], { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = (await once(store.stdout.setEncoding('utf8'), 'data')) as [string];
const cluster = await startCluster({
  brokers: kafka.brokers,
  eventStoreUrl: line.trim(),
  directory: data,
  port: 7070,
});

let stopping = false;
const stop = async (): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await cluster.stop();
  store.kill('SIGTERM');
  await kafka.stop();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
for (const instance of cluster.instances) {
  void instance.ended.then((code) => {
    if (!stopping) process.stderr.write(`${instance.name} has ended with ${code}:\n${instance.output()}\n`);
  });
}
process.stdout.write(`KAFKA_BROKERS=${kafka.brokers}\n`);
process.stdout.write(`The owner's key is in ${data}/keys/owner.key\n`);
process.stdout.write(`Countersign listens on ${cluster.url}\n`);
