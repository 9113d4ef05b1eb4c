export { newClusterKey, newPrincipalKeys } from './keys.ts';
