import kafkajs, { AssignerProtocol, type PartitionAssigner } from 'kafkajs';

const NAME = 'CountersignCoPartitioning';
const VERSION = 1;
const NO_DATA = Buffer.alloc(0);

/**
 * Gives each member the same partitions of every topic. Topics have one partition count and one key, so one member gets
 * everything of an organization.
 * @throws KafkaJSNonRetriableError, which ends the group's members, if the topics do not have one partition count
 */
export const coPartitioning: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,
  protocol: ({ topics }) => ({
    name: NAME,
    metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData: NO_DATA }),
  }),
  async assign({ members, topics }) {
    const counts = topics.map((topic) => cluster.findTopicPartitionMetadata(topic).length);
    const assigned = assignPartitions(
      members.map(({ memberId }) => memberId),
      topics,
      counts,
    );
    return Array.from(assigned, ([memberId, assignment]) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: VERSION,
        assignment,
        userData: NO_DATA,
      }),
    }));
  },
});

/**
 * Partition `p` of every topic goes to the same member; members differ by at most one partition of each topic. Throws where the
 * topics differ in their partition count.
 */
export function assignPartitions(
  memberIds: readonly string[],
  topics: readonly string[],
  counts: readonly number[],
): Map<string, Record<string, number[]>> {
  const [count = 0] = counts;
  if (counts.some((one) => one !== count)) {
    const told = topics.map((topic, index) => `${topic} has ${counts[index]}`);
    // Node finds no errors among the client's names.
    throw new kafkajs.KafkaJSNonRetriableError(
      `topics of one group need one partition count: ${told.join(', ')}`,
    );
  }
  const members = [...memberIds].sort();
  return new Map(
    members.map((memberId, index) => {
      const own = Array.from({ length: count }, (_, partition) => partition).filter(
        (partition) => partition % members.length === index,
      );
      return [memberId, Object.fromEntries(topics.map((topic) => [topic, own]))];
    }),
  );
}
