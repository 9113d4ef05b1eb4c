import { type EventDefinition, type Topic, topics } from '../events/define-event.ts';
import { publicEvents } from '../events/registry.ts';
import { INTENT_TOPIC, intents } from '../intents/intents.ts';
import { intentMessageOf } from './intent-schemas.ts';
import type { SchemaNode } from './json-schema.ts';
import { messageOf } from './message.ts';
import { VERSION } from './version.ts';

/** Partitions of every topic: one count, so that an organization is on the same partition of each. */
const PARTITIONS = 12;

const ABOUT: Readonly<Record<Topic, string>> = {
  'agent.tool': 'The life of tool calls: announced, authorized, redeemed, called',
  'agent.evaluation': 'Verdicts with their reasons and facts',
  'agent.approval': 'What humans are asked, and what they answer',
  'agent.quota': 'What meters hold, count and refuse',
  'agent.safety': 'Refused calls and kill switches',
  'agent.control': 'Agents, tools, users, keys, organizations, plans and policies',
};

const ABOUT_INTENTS = 'What agents want: calls, redemptions and outcomes, signed by the agent';

const TEXT = `CloudEvents 1.0 in Kafka's binary mode: attributes are headers with the prefix \`ce_\`, the value is \`data\`.

The key of every record is the organization, on \`agent.intents\` the agent. Order holds within a stream (\`ce_subject\`), where \`ce_sequence\` has no gaps; delivery is at least once.

The header \`countersign-proof\` is no attribute: by it Countersign's own services tell its records from those of others. Consumers pass it over.

Erasable fields are not in \`data\`; they are encrypted in \`ce_sealed\`. Consumers pass over types that they do not know, and keep fields that they do not know.

On \`agent.intents\` agents say what they want, signed; nobody else writes there. What is refused has no answer: it is on \`agent.intents.dlq\`, with the reason. What is taken is answered by the events of its call on \`agent.tool\` and \`agent.safety\`.

The same events can be read without Kafka: \`GET /v1/events\` and, live, \`GET /v1/events/stream\`.`;

const events: readonly EventDefinition[] = Object.values(publicEvents);

/** The AsyncAPI 3.0.0 document: a channel for each topic, a message for each event. */
export function asyncApi(): object {
  const published = events.filter(({ topic }) => topic !== null);
  const asked = Object.values(intents);
  const built = [
    ...published.map((definition) => ({ type: definition.type, ...messageOf(definition) })),
    ...asked.map((definition) => ({ type: definition.type, ...intentMessageOf(definition) })),
  ];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Countersign events',
      version: VERSION,
      description: TEXT,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries([
      ...topics.map((topic) => [topic, channelOf(topic, ABOUT[topic], typesOn(topic))]),
      [INTENT_TOPIC, channelOf(INTENT_TOPIC, ABOUT_INTENTS, Object.keys(intents))],
    ]),
    operations: Object.fromEntries([
      ...topics.map((topic) => [
        `publish.${topic}`,
        operationOf('send', topic, ABOUT[topic], typesOn(topic)),
      ]),
      [`take.${INTENT_TOPIC}`, operationOf('receive', INTENT_TOPIC, ABOUT_INTENTS, Object.keys(intents))],
    ]),
    components: {
      messages: Object.fromEntries(built.map(({ type, message }) => [type, message])),
      schemas: built.reduce<SchemaNode>((all, { shared }) => Object.assign(all, shared), {}),
    },
  };
}

function typesOn(topic: Topic): readonly string[] {
  return events.filter((event) => event.topic === topic).map(({ type }) => type);
}

function channelOf(topic: string, description: string, types: readonly string[]): object {
  return {
    address: topic,
    title: topic,
    description,
    messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
    bindings: { kafka: { topic, partitions: PARTITIONS, bindingVersion: '0.5.0' } },
  };
}

function operationOf(
  action: 'send' | 'receive',
  topic: string,
  summary: string,
  types: readonly string[],
): object {
  return {
    action,
    channel: { $ref: `#/channels/${topic}` },
    summary,
    messages: types.map((type) => ({ $ref: `#/channels/${topic}/messages/${type}` })),
  };
}
