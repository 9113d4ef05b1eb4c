export type { BrokerProcess } from './broker-process.ts';
export { createTopics } from './create-topics.ts';
export type { GroupLag, GroupLagReader } from './group-lag.ts';
export { createGroupLagReader } from './group-lag.ts';
export type { LocalCluster, LocalClusterOptions } from './local-cluster.ts';
export { startLocalCluster } from './local-cluster.ts';
export type { SecuredListener } from './secured-listener.ts';
export type { TopicDefinition } from './topics.ts';
export { testTopics, topicDefinitions } from './topics.ts';
