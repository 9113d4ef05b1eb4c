import { readFileSync } from 'node:fs';

/** A topic as it is created; partitions and retention are never changed by a service. */
export interface TopicDefinition {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs: number;
  readonly maxMessageBytes: number;
}

interface TopicFile {
  readonly partitions: number;
  readonly max_message_bytes: number;
  readonly dead_letters: { readonly suffix: string; readonly retention_days: number };
  readonly topics: readonly { readonly name: string; readonly retention_days: number | null }[];
}

const DAY_MS = 86_400_000;
/** As Kafka writes it. */
const FOR_EVER = -1;

const file = JSON.parse(readFileSync(new URL('../topics.json', import.meta.url), 'utf8')) as TopicFile;

/** The topics of `topics.json` with their dead letters. */
export function topicDefinitions(): TopicDefinition[] {
  return file.topics.flatMap(({ name, retention_days }) =>
    withDeadLetters({
      name,
      partitions: file.partitions,
      retentionMs: retention_days === null ? FOR_EVER : retention_days * DAY_MS,
    }),
  );
}

/** Topics of a test, made like the real ones. */
export function testTopics(names: readonly string[], partitions: number): TopicDefinition[] {
  return names.flatMap((name) => withDeadLetters({ name, partitions, retentionMs: FOR_EVER }));
}

/** As many partitions as the topic itself: a dead letter keeps its partition, and so its order. And which of them were replayed. */
function withDeadLetters(topic: Omit<TopicDefinition, 'maxMessageBytes'>): TopicDefinition[] {
  const { suffix, retention_days } = file.dead_letters;
  const maxMessageBytes = file.max_message_bytes;
  return [
    { ...topic, maxMessageBytes },
    {
      ...topic,
      name: `${topic.name}${suffix}`,
      retentionMs: retention_days * DAY_MS,
      // The original bytes, and headers that say what became of them.
      maxMessageBytes: maxMessageBytes + 65_536,
    },
    {
      name: `${topic.name}${suffix}.replayed`,
      // People write it, one note for a letter that they replay; it must be there for as long as the letter may be.
      partitions: 1,
      retentionMs: 2 * retention_days * DAY_MS,
      maxMessageBytes,
    },
  ];
}
