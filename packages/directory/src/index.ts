export { ACCESS_REVIEW_TYPES, createAccessReviews } from './access-reviews.ts';
export { type AccessRights, createAccessRights } from './access-rights.ts';
export {
  ACL_TOPICS,
  ACL_TYPES,
  type AclBoard,
  createAclBoard,
  type OverdueList,
} from './acl-board.ts';
export { missingFor, rolesActedWith } from './acting.ts';
export type {
  AgentEntry,
  Directory,
  Entry,
  OrganizationEntry,
  SigningKeyEntry,
  ToolEntry,
} from './directory.ts';
export { createDirectory, DIRECTORY_TOPICS, DIRECTORY_TYPES, projectOf } from './directory.ts';
export { createFallByEvent, FALL_TOPICS, FALL_TYPES } from './fall-by-event.ts';
export { createFallBetween, createFallSince, type FallBetween, type HistoryOfCalls } from './fall-since.ts';
export type { GroupEntry } from './groups.ts';
export { createIntentStanding, type IntentStanding } from './intent-standing.ts';
export type { InvitationEntry, Invitations } from './invitations.ts';
export type { KeyEntry, Keys } from './keys.ts';
export {
  createKeys,
  FIRST_ORGANIZATION,
  isInstallationOwner,
  isKeyInForce,
  isPrincipalInForce,
  KEY_TYPES,
  ownsInstallation,
  principalEndsAt,
} from './keys.ts';
export type { KillSwitch, KillSwitchBoard, KillSwitchState } from './kill-switches.ts';
export {
  createKillSwitchBoard,
  inScope,
  KILL_SWITCH_TOPICS,
  KILL_SWITCH_TYPES,
} from './kill-switches.ts';
export { createLastFalls, type LastFalls } from './last-falls.ts';
export { concernsLists } from './lists-of-intent.ts';
export {
  DEFAULT_PROJECT,
  DEFAULT_WORKSPACE,
  type Places,
  type ProjectEntry,
  type WorkspaceEntry,
} from './places.ts';
export {
  createPlanCatalog,
  isReadable,
  PLAN_TYPES,
  type PlanCatalog,
  type PlanEntry,
} from './plan-catalog.ts';
export { isCounted } from './plan-counters.ts';
export { hasFlag, type KnownPlans, missingFlags } from './plan-flags.ts';
export { type Reach, reachOf } from './reach.ts';
export { REMOVAL_TYPES, removedBy } from './removals.ts';
export { createEverSince, type Known, type KnownNow } from './replay.ts';
export {
  createRetentionBoard,
  isKept,
  RETENTION_TYPES,
  type RetentionBoard,
  type RetentionDomain,
} from './retention.ts';
export { createReviewers, type Reviewers } from './reviewers.ts';
export type { Fall, Standing } from './standing.ts';
export { createStandingCheck, killedBy, mayActFor } from './standing.ts';
