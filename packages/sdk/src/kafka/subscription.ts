import type { JsonObject } from '../json/json-value.ts';
import type { CallEvent } from './call-facts.ts';
import type { ConsumedRecord, KafkaConnection, KafkajsModule } from './kafkajs.ts';

/** Where what becomes of an intent is told, and that a human is asked. */
const TOPICS = ['agent.tool', 'agent.safety', 'agent.approval'];

interface Place {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read. */
  next: bigint;
}

/** Hears events until it is closed. */
export interface Subscription {
  /** Why nothing comes any more; `null` while something may. */
  problem(): string | null;
  close(): Promise<void>;
}

/**
 * Hears the events of one organization from now on, in a group of its own that commits nothing. Where "now" is, is asked
 * before the group is joined, so that nothing in between is missed; and after a rebalance it goes on where it was. Somebody's
 * transaction that is still open then makes "now" its beginning: what is heard again is of calls that nobody waits for.
 */
export async function subscribe(
  { Partitioners, AssignerProtocol }: KafkajsModule,
  connection: KafkaConnection,
  { organization, groupId }: { readonly organization: string; readonly groupId: string },
  hear: (event: CallEvent) => void,
): Promise<Subscription> {
  const ends = await endsOf(connection);
  const choose = Partitioners.DefaultPartitioner();
  /** The organization's partition of each topic. */
  const places = new Map<string, Place>(
    ends.map(({ topic, partitions }) => {
      const partitionMetadata = partitions.map(({ partition }) => ({ partitionId: partition, leader: 0 }));
      const partition = choose({ topic, partitionMetadata, message: { key: organization } });
      const next = partitions.find((one) => one.partition === partition)?.high ?? '0';
      return [topic, { topic, partition, next: BigInt(next) }] as const;
    }),
  );

  let problem: string | null = null;
  const consumer = connection.consumer({
    groupId,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: MAX_WAIT_MS,
    // Countersign writes in no transaction, and one that somebody else leaves open would hold up what comes behind it.
    readUncommitted: true,
    partitionAssigners: [onlyMember(AssignerProtocol, [...places.values()])],
  });
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { topic, partition, next } of places.values())
      consumer.seek({ topic, partition, offset: String(next) });
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart !== true) problem = String(payload.error);
  });
  await consumer.connect();
  await consumer.subscribe({ topics: TOPICS });
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.run({
    autoCommit: false,
    async eachMessage({ topic, message }) {
      const place = places.get(topic);
      if (place) place.next = BigInt(message.offset) + 1n;
      const event = readEvent(message);
      if (event) hear(event);
    },
  });
  await joined;
  return { problem: () => problem, close: () => consumer.disconnect() };
}

async function endsOf(connection: KafkaConnection) {
  const admin = connection.admin();
  try {
    await admin.connect();
    return await Promise.all(
      TOPICS.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
    );
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

const MAX_WAIT_MS = 100;
const NAME = 'CountersignOneOrganization';

/** A group of one takes the organization's partition of each topic, and no other. */
function onlyMember(
  { MemberMetadata, MemberAssignment }: KafkajsModule['AssignerProtocol'],
  places: readonly Place[],
) {
  const userData = new Uint8Array();
  const assignment = Object.fromEntries(places.map(({ topic, partition }) => [topic, [partition]]));
  return () => ({
    name: NAME,
    version: 1,
    protocol: ({ topics }: { readonly topics: readonly string[] }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({ version: 1, topics, userData }),
    }),
    assign: async ({ members }: { readonly members: readonly { readonly memberId: string }[] }) =>
      members.map(({ memberId }) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({ version: 1, assignment, userData }),
      })),
  });
}

/** The event of a record; undefined for what is no event of a call. */
function readEvent({ value, headers = {} }: ConsumedRecord['message']): CallEvent | undefined {
  const text = (name: string) => {
    const header = headers[name];
    return header instanceof Uint8Array ? new TextDecoder().decode(header) : undefined;
  };
  const [type, callId, position] = [text('ce_type'), text('ce_correlationid'), text('ce_position')];
  if (!type || !callId || !position || !value) return undefined;
  try {
    const data = JSON.parse(new TextDecoder().decode(value)) as JsonObject;
    return { type, callId, position, causation: text('ce_causationid'), time: text('ce_time') ?? '', data };
  } catch {
    return undefined;
  }
}
