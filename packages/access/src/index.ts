export {
  type AclEntry,
  type AclPrincipal,
  type AclResource,
  type AclState,
  type Delegable,
  isCreator,
  isLive,
  MAX_ACL_DELEGATES,
  MAX_ACL_ENTRIES,
  MAX_DELEGATES,
  principalKey,
} from './acl/acl.ts';
export {
  dependencyShown,
  type EventKind,
  entriesShown,
  injectedState,
  isEventShown,
  isPartShown,
  lesserLevel,
  parentShown,
  peersShown,
  type Related,
  type ShownRelated,
} from './acl/context.ts';
export {
  type Delegated,
  type Delegation,
  type DelegationRefusal,
  delegableFor,
  delegate,
  isSameDelegable,
} from './acl/delegation.ts';
export { effectiveLevel, liveEntriesOf } from './acl/effective-level.ts';
export { type Gift, type GiftRefusal, given, givenByApprover, refusedGift } from './acl/giving.ts';
export { type Gone, NOTHING_GONE, withoutGone } from './acl/gone.ts';
export {
  endWithin,
  entriesNaming,
  type Granter,
  type Held,
  heldBy,
  isAhead,
  NOTHING_HELD,
} from './acl/granting.ts';
export { greaterLevel, includesLevel, LEVELS, type Level } from './acl/level.ts';
export {
  type AclChange,
  type DelegableRecord,
  type EndedRecord,
  type EntryRecord,
  entryFrom,
  foldAcl,
  recordOf,
  withDelegated,
} from './acl/record.ts';
export { allows, allowsSomewhere } from './allows.ts';
export {
  type ApiKey,
  hashSecret,
  isSecretOf,
  type MadeKey,
  makeApiKey,
  makeInvitationToken,
  readApiKey,
  readInvitationToken,
  SECRET_BYTES,
} from './api-key.ts';
export {
  type ApprovalTerms,
  type ApproverRefusal,
  approverRefusal,
  type Candidate,
  candidateAt,
  countApprovals,
  isApproved,
} from './approver.ts';
export {
  type AccessControls,
  controlsHash,
  DEFAULT_CONTROLS,
  rolesHash,
  writtenPlansHash,
} from './controls/access-controls.ts';
export {
  type ControlsGiven,
  type ControlsProblem,
  type ReadControls,
  readControls,
} from './controls/read-controls.ts';
export { coversRole, grantsEverythingAt } from './granting.ts';
export {
  concernsInstallation,
  concernsOrganization,
  type Permission,
} from './permission.ts';
export { type AclDraft, type DraftEntry, draftAcl } from './permissions/draft-acl.ts';
export { type ParsedWorkflow, parseWorkflow, type Warning } from './permissions/parse-workflow.ts';
export {
  type AccessPolicy,
  type AccessReview,
  type AgentDefaults,
  type Allowance,
  CONTEXT_PARTS,
  type ContextPart,
  type ContextRule,
  type DelegationRule,
  type Permissions,
  type Phase,
  REVIEW_ANSWERS,
  type ReviewAnswer,
  type Workflow,
} from './permissions/permissions.ts';
export { type ReviewFacts, type ReviewOutcome, reviewOutcome } from './permissions/review.ts';
export { applyPlanOverlay } from './plan/apply-overlay.ts';
export { parsePlan, parsePlanCatalog } from './plan/parse-plan.ts';
export { MAX_BUCKET } from './plan/parse-throttle.ts';
export type { Plan, PlanQuota, PlanThrottle } from './plan/plan.ts';
export type { Parsed, PlanProblem } from './plan/problem.ts';
export {
  COUNTERS,
  type Counter,
  ENDPOINT_METHODS,
  type EndpointMethod,
  FLAGS,
  type Flag,
  GAUGES,
  type Gauge,
  PERIOD_KINDS,
  type PeriodKind,
  RETENTION_MINUTES,
  type RetentionMinutes,
  SCOPE_KINDS,
  type ScopeKind,
  THROTTLE_ALGORITHMS,
  THROTTLE_CATEGORIES,
  type ThrottleAlgorithm,
  type ThrottleCategory,
} from './plan/slugs.ts';
export { UNLIMITED, UNLIMITED_SLUG } from './plan/unlimited.ts';
export { isSame, type Party, type Principal, type PrincipalKind } from './principal.ts';
export {
  grantedAnywhere,
  grantedAt,
  missingPermissions,
  type RoleAssignment,
  rolesAt,
} from './role.ts';
export { DEFAULT_ROLES } from './roles/default-roles.ts';
export { parseRoles } from './roles/parse-roles.ts';
export { applyRolesOverlay } from './roles/parse-roles-overlay.ts';
export { OWN_PERMISSIONS, PERMISSIONS } from './roles/permission-slugs.ts';
export {
  isReservedRole,
  RESERVED_ROLES,
  ROLE_SCOPES,
  type RoleCatalog,
  type RoleEntry,
  type RoleScope,
} from './roles/role-catalog.ts';
export { type RoleRights, roleRights } from './roles/role-rights.ts';
export { covers, kindOfScope, type Scope, type ScopePath } from './scope.ts';
