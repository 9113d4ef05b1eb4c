export type { ServiceInstance, ServiceName } from './service-instance.ts';
export { SERVICES } from './service-instance.ts';
export type { Cluster, ClusterOptions } from './start-cluster.ts';
export { startCluster } from './start-cluster.ts';
