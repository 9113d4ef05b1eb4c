export type { Clock, Ids, ServiceDependencies } from './dependencies.ts';
export { timeOf } from './dependencies.ts';
export { DEFAULT_RETENTION, edgeMetadata, personal } from './edge.ts';
export { publishAs } from './publish-as.ts';
export type { Publications, Service } from './service.ts';
export { storeProblem } from './store-problem.ts';
