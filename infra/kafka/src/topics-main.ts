import { requireAccess } from './access.ts';
import { createTopics } from './create-topics.ts';
import { topicDefinitions } from './topics.ts';

/** Creates the topics that are not there on the brokers of `KAFKA_BROKERS`: the job of a deployment, run before services. */
const { brokers, access } = requireAccess();
const created = await createTopics(brokers, topicDefinitions(), access);
process.stdout.write(created.length > 0 ? `created ${created.join(', ')}\n` : 'all topics are there\n');
