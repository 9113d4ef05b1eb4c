import type { Message } from '@countersign/message-bus';

/** A record of a topic, as far as order is concerned. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly organization: string;
  readonly id: string;
  readonly position: number;
}

/** Judges topics against the store: complete, and in order per organization where an event is seen for the first time. */
export interface TopicOrder {
  read(record: TopicRecord): void;
  /** Whether everything due has been read. */
  isComplete(): boolean;
  complaints(): readonly string[];
  /** Records that repeat an earlier one, which a relay may do after a crash. */
  repeated(): number;
}

export function createTopicOrder(stored: readonly Message[]): TopicOrder {
  const missing = new Map(
    stored.flatMap((message) =>
      message.topic === null ? [] : [[nameOf(message.topic, message.id), message] as const],
    ),
  );
  const described = new Map(
    stored.map(({ id, position, type, service, subject }) => [
      id,
      `${type} of ${service} in ${subject}, position ${position} (${id})`,
    ]),
  );
  const describe = ({ id, position }: TopicRecord) => described.get(id) ?? `position ${position} (${id})`;
  const seen = new Set<string>();
  const latest = new Map<string, TopicRecord>();
  const partitions = new Map<string, number>();
  const wrong: string[] = [];
  let repeated = 0;
  return {
    read(record) {
      const { topic, organization, id, position, partition } = record;
      const home = partitions.get(organization) ?? partition;
      partitions.set(organization, home);
      if (home !== partition)
        wrong.push(`${topic}: ${organization} is in partitions ${home} and ${partition}`);
      const name = nameOf(topic, id);
      if (seen.has(name)) {
        repeated += 1;
        return;
      }
      seen.add(name);
      missing.delete(name);
      const lane = `${topic} of ${organization}`;
      const before = latest.get(lane);
      if (before && before.position >= position)
        wrong.push(`${lane}: ${describe(record)} comes after ${describe(before)}`);
      else latest.set(lane, record);
    },
    isComplete: () => missing.size === 0,
    complaints: () => [
      ...wrong,
      ...[...missing.values()].map(
        ({ topic, type, id, position }) => `${topic}: ${type} ${id} of position ${position} is not there`,
      ),
    ],
    repeated: () => repeated,
  };
}

function nameOf(topic: string, id: string): string {
  return `${topic} ${id}`;
}
