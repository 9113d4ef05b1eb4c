export type { Then } from './decider-spec.ts';
export { spec } from './decider-spec.ts';
export { alwaysIdempotent } from './idempotence-property.ts';
