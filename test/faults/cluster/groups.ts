import { type Admin, AssignerProtocol, type GroupDescription, Kafka, logLevel } from 'kafkajs';
import { patiently } from './patiently.ts';

/** Consumer groups as their coordinators see them. */
export interface Groups {
  /** Groups that have a member of this client. */
  of(clientId: string): Promise<readonly string[]>;
  /** Resolves when all of them have dealt its share to others, or it has left them. */
  untilWithout(clientId: string): Promise<void>;
  /** Resolves when the client is a member of all of them, and none is dealing. */
  untilSettledWith(clientId: string, groups: readonly string[]): Promise<void>;
  /** The partitions of a topic that a client has in a group. */
  partitionsOf(clientId: string, group: string, topic: string): Promise<readonly number[]>;
  /** Resolves when a group is done with what a topic holds now. */
  untilRead(group: string, topic: string): Promise<void>;
  /** Lets the groups of a service forget how far they have got; nobody may be in them. */
  forget(service: string): Promise<void>;
}

const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 60 };

export function createGroups(brokers: string): Groups {
  const kafka = new Kafka({
    clientId: 'group-oracle',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    retry: RETRY,
  });
  const asAdmin = async <T>(ask: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      return await ask(admin);
    } finally {
      await admin.disconnect();
    }
  };
  const describe = () =>
    asAdmin(async (admin): Promise<readonly GroupDescription[]> => {
      const { groups } = await admin.listGroups();
      return (await admin.describeGroups(groups.map(({ groupId }) => groupId))).groups;
    });
  const has = ({ members }: GroupDescription, wanted: string) =>
    members.some(({ clientId }) => clientId === wanted);
  const of: Groups['of'] = async (clientId) =>
    (await describe()).filter((group) => has(group, clientId)).map(({ groupId }) => groupId);

  return {
    of,
    untilWithout: (clientId) =>
      patiently(async () => {
        const groups = await of(clientId);
        if (groups.length > 0) throw new Error(`${clientId} is still in ${groups.join(', ')}`);
      }),
    untilSettledWith: (clientId, wanted) =>
      patiently(async () => {
        const settled = (await describe()).filter(
          (group) => group.state === 'Stable' && has(group, clientId),
        );
        const missing = wanted.filter((name) => !settled.some(({ groupId }) => groupId === name));
        if (missing.length > 0) throw new Error(`${clientId} is not settled in ${missing.join(', ')}`);
      }),
    async partitionsOf(clientId, name, topic) {
      const members = (await describe()).find(({ groupId }) => groupId === name)?.members ?? [];
      return members.flatMap((member) => {
        if (member.clientId !== clientId) return [];
        return AssignerProtocol.MemberAssignment.decode(member.memberAssignment)?.assignment[topic] ?? [];
      });
    },
    async untilRead(group, topic) {
      const ends = await asAdmin((admin) => admin.fetchTopicOffsets(topic));
      await patiently(async () => {
        const [read] = await asAdmin((admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
        const waiting = ends.filter(({ partition, high }) => {
          const done = read?.partitions.find((one) => one.partition === partition)?.offset ?? '0';
          return Number(high) > Math.max(0, Number(done));
        });
        if (waiting.length > 0) throw new Error(`${group} is not done with ${JSON.stringify(waiting)}`);
      });
    },
    forget: (service) =>
      patiently(() =>
        asAdmin(async (admin) => {
          const { groups } = await admin.listGroups();
          const names = groups.map(({ groupId }) => groupId).filter((name) => name.startsWith(`${service}.`));
          await admin.deleteGroups(names);
        }),
      ),
  };
}
