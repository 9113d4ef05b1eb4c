export {
  type AclEntry,
  type AclPrincipal,
  type AclResource,
  type AclState,
  type Delegable,
  isLive,
  MAX_ACL_ENTRIES,
  principalKey,
} from './acl/acl.ts';
export {
  type Delegated,
  type Delegation,
  type DelegationRefusal,
  delegableFor,
  delegate,
} from './acl/delegation.ts';
export { effectiveLevel, liveEntriesOf } from './acl/effective-level.ts';
export { endWithin, type Granter, type Held, heldBy, isAhead } from './acl/granting.ts';
export { greaterLevel, includesLevel, LEVELS, type Level } from './acl/level.ts';
export {
  type AclChange,
  type EndedRecord,
  type EntryRecord,
  entryFrom,
  foldAcl,
  recordOf,
  withDelegated,
} from './acl/record.ts';
export { allows, allowsSomewhere } from './allows.ts';
export { type ApiKey, hashSecret, isSecretOf, readApiKey, SECRET_BYTES, writeApiKey } from './api-key.ts';
export {
  type ApprovalTerms,
  type ApproverRefusal,
  approverRefusal,
  type Candidate,
  candidateAt,
  countApprovals,
  isApproved,
} from './approver.ts';
export { concernsInstallation, type InstallationPermission, type Permission } from './permission.ts';
export { isSame, type Party, type Principal, type PrincipalKind } from './principal.ts';
export {
  grantedAnywhere,
  grantedAt,
  missingPermissions,
  type Role,
  type RoleAssignment,
  roleGrants,
  rolesAt,
} from './role.ts';
export { covers, type Scope, type ScopePath } from './scope.ts';
