import { createTopics } from './create-topics.ts';
import { topicDefinitions } from './topics.ts';

/** Creates the topics that are not there on the brokers of `KAFKA_BROKERS`: the job of a deployment, run before services. */
const { KAFKA_BROKERS } = process.env;
if (!KAFKA_BROKERS) {
  process.stderr.write('KAFKA_BROKERS is not set: name the brokers, such as kafka-1:9092,kafka-2:9092\n');
  process.exit(2);
}
const created = await createTopics(KAFKA_BROKERS, topicDefinitions());
process.stdout.write(created.length > 0 ? `created ${created.join(', ')}\n` : 'all topics are there\n');
