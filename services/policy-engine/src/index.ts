export type { PolicyEngineConfig } from './policy-engine.ts';
export { createPolicyEngine, policyEnginePublications } from './policy-engine.ts';
