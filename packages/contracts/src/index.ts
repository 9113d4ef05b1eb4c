/** The schemas under `schemas/`, which the servers serve: `<schemasDirectory>/events/<type>.v<version>.json`. */
export const schemasDirectory: URL = new URL('../../../schemas/', import.meta.url);

export * from './envelope.ts';
export * from './events/access-request.ts';
export * from './events/acl.ts';
export * from './events/agent.ts';
export * from './events/apikey.ts';
export * from './events/approval.ts';
export * from './events/audit.ts';
export {
  type EventDefinition,
  type Service,
  services,
  type Topic,
  topics,
} from './events/define-event.ts';
export * from './events/evaluation.ts';
export * from './events/group.ts';
export * from './events/intent-governance.ts';
export * from './events/intent-lease.ts';
export * from './events/invitation.ts';
export * from './events/killswitch.ts';
export * from './events/namespace.ts';
export * from './events/organization.ts';
export * from './events/plan.ts';
export * from './events/policy.ts';
export * from './events/project.ts';
export * from './events/quota.ts';
export * from './events/read.ts';
export * from './events/registry.ts';
export * from './events/retention.ts';
export * from './events/role.ts';
export * from './events/tool.ts';
export * from './events/toolcall.ts';
export * from './events/user.ts';
export * from './events/work-intent.ts';
export * from './events/workspace.ts';
export type * from './http/access.ts';
export type * from './http/access-handlers.ts';
export type * from './http/access-lists.ts';
export type * from './http/access-requests.ts';
export type * from './http/agents.ts';
export type * from './http/approvals.ts';
export type * from './http/dead-letters.ts';
export type * from './http/governance.ts';
export type * from './http/groups.ts';
export type * from './http/invitations.ts';
export type * from './http/keys.ts';
export type * from './http/kill-switches.ts';
export type * from './http/leases.ts';
export type * from './http/namespaces.ts';
export type * from './http/operations.ts';
export type * from './http/organizations.ts';
export type * from './http/outcome.ts';
export type * from './http/parked.ts';
export type * from './http/permits.ts';
export type * from './http/plans.ts';
export type * from './http/policies.ts';
export type * from './http/projects.ts';
export type * from './http/retention.ts';
export {
  defineRoute,
  isBodyOptional,
  isPlain,
  type PlainResponse,
  problemsOf,
  type RouteDefinition,
  type RouteResponse,
} from './http/route.ts';
export { type OperationId, routes } from './http/routes.ts';
export type * from './http/signing-keys.ts';
export type * from './http/tool-calls.ts';
export type * from './http/tools.ts';
export { CALL_ENDPOINT, categoriesOf, TRAFFIC } from './http/traffic.ts';
export type * from './http/usage.ts';
export type * from './http/users.ts';
export type * from './http/work-intents.ts';
export type * from './http/workspaces.ts';
export type { Immutable } from './immutable.ts';
export {
  findIntent,
  INTENT_TOPIC,
  type IntentData,
  type IntentDefinition,
  type IntentType,
  intentSchemaPath,
  intents,
  MAX_INTENT_SKEW_MS,
} from './intents/intents.ts';
export {
  dataHashOf,
  SIGNATURE_PATTERN,
  type SignedAttributes,
  signedText,
} from './intents/signature.ts';
export type { JsonObject, JsonValue } from './json.ts';
export * from './json-pointer.ts';
export * from './limits.ts';
export * from './problems.ts';
export { accessLevels, aclPrincipalKinds, defaultPolicies } from './vocabulary/acl.ts';
export { callStatuses } from './vocabulary/call.ts';
export { killScopes, killSwitchStates } from './vocabulary/kill-switch.ts';
export { type Permission, permissions } from './vocabulary/permission.ts';
export { type PlanFlag, planEntry } from './vocabulary/plan.ts';
export { ID_PATTERN } from './vocabulary/scalars.ts';
export { approvalLevels } from './vocabulary/scope.ts';
export { sensitivities, toolActions } from './vocabulary/tool.ts';
export type * from './vocabulary/types.ts';
export { layers, verdicts } from './vocabulary/verdict.ts';
export {
  administeringEventTypes,
  contextModes,
  contextParts,
  systemEventTypes,
  toldEventTypes,
  workIntentStatuses,
} from './vocabulary/work-intent.ts';
export * from './zod-errors.ts';
