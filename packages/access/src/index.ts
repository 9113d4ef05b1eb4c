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
export { coversRole, grantsEverythingAt } from './granting.ts';
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
