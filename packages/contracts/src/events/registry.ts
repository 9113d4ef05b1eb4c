import type { z } from 'zod';
import type { Immutable } from '../immutable.ts';
import * as accessRequest from './access-request.ts';
import * as acl from './acl.ts';
import * as agent from './agent.ts';
import * as apikey from './apikey.ts';
import * as approval from './approval.ts';
import * as audit from './audit.ts';
import type { EventDefinition } from './define-event.ts';
import * as evaluation from './evaluation.ts';
import * as group from './group.ts';
import * as intentGovernance from './intent-governance.ts';
import * as intentLease from './intent-lease.ts';
import * as invitation from './invitation.ts';
import * as killswitch from './killswitch.ts';
import * as namespace from './namespace.ts';
import * as organization from './organization.ts';
import * as plan from './plan.ts';
import * as policy from './policy.ts';
import * as project from './project.ts';
import * as quota from './quota.ts';
import * as retention from './retention.ts';
import * as role from './role.ts';
import * as tool from './tool.ts';
import * as toolcall from './toolcall.ts';
import * as user from './user.ts';
import * as workIntent from './work-intent.ts';
import * as workspace from './workspace.ts';

const definitions = [
  toolcall.decisionMade,
  toolcall.toolRequested,
  toolcall.toolAuthorized,
  toolcall.permitRedeemed,
  toolcall.toolCalled,
  toolcall.toolLapsed,
  toolcall.toolAbandoned,
  toolcall.safetyBlocked,
  evaluation.toolEvaluated,
  approval.approvalRequested,
  approval.approvalVoted,
  approval.approvalGranted,
  approval.approvalDenied,
  approval.approvalExpired,
  approval.approvalVoided,
  accessRequest.accessRequestOpened,
  accessRequest.accessRequestApproved,
  accessRequest.accessRequestDenied,
  accessRequest.accessRequestExpired,
  accessRequest.accessReviewSet,
  accessRequest.accessHandlerRegistered,
  accessRequest.accessHandlerRemoved,
  quota.quotaReserved,
  quota.quotaDenied,
  quota.quotaCommitted,
  quota.quotaReleased,
  quota.quotaCharged,
  quota.quotaOccupied,
  quota.quotaOverrun,
  quota.quotaAdjusted,
  quota.quotaPeriodOpened,
  quota.quotaConfigured,
  quota.quotaClosed,
  killswitch.killSwitchEngaged,
  killswitch.killSwitchEffective,
  killswitch.killSwitchReleased,
  killswitch.killSwitchExpired,
  agent.agentRegistered,
  agent.agentChanged,
  agent.agentDisabled,
  agent.agentEnabled,
  agent.agentAccessSet,
  agent.agentSigningKeyAdded,
  agent.agentSigningKeyRevoked,
  tool.toolDeclared,
  tool.toolWithdrawn,
  user.userRegistered,
  user.userChanged,
  user.userRemoved,
  invitation.invitationCreated,
  invitation.invitationAccepted,
  invitation.invitationRevoked,
  invitation.invitationExpired,
  apikey.apiKeyCreated,
  apikey.apiKeyRotated,
  apikey.apiKeyRevoked,
  organization.organizationCreated,
  organization.organizationPlanChanged,
  workspace.workspaceRegistered,
  project.projectRegistered,
  group.groupRegistered,
  group.groupChanged,
  group.groupRemoved,
  plan.planPublished,
  plan.planCatalogApplied,
  role.roleCatalogApplied,
  policy.policyPublished,
  policy.policyActivated,
  policy.policyDeactivated,
  acl.aclCreated,
  acl.aclGranted,
  acl.aclRevoked,
  acl.aclExpired,
  acl.aclReplaced,
  workIntent.workIntentCreated,
  workIntent.workIntentStateChanged,
  workIntent.workIntentStatusChanged,
  workIntent.workIntentEventLogged,
  workIntent.workIntentContextSet,
  intentGovernance.intentGovernanceSet,
  intentGovernance.intentGovernanceViolated,
  intentGovernance.intentApprovalRequested,
  intentGovernance.intentApprovalGranted,
  intentGovernance.intentApprovalDenied,
  intentGovernance.intentCostRecorded,
  intentLease.leaseAcquired,
  intentLease.leaseRenewed,
  intentLease.leaseEnded,
  namespace.namespaceCreated,
  audit.auditRead,
  audit.auditRefusals,
  retention.retentionFlushed,
  retention.retentionHeld,
  retention.retentionLifted,
  retention.retentionKeysDestroyed,
] as const;

type Definition = (typeof definitions)[number];

/** The type of a public event, such as `agent.tool.requested`. */
export type PublicEventType = Definition['type'];

type Registry = { readonly [Type in PublicEventType]: Extract<Definition, { readonly type: Type }> };

/** Every public event by its type, in the newest version. */
export const publicEvents = Object.fromEntries(
  definitions.map((definition) => [definition.type, definition]),
) as unknown as Registry;

/** The clear data of an event type. */
export type PublicEventData<Type extends PublicEventType> = Immutable<z.infer<Registry[Type]['data']>>;

/** The definition of an event type, or undefined for a name that is no public event. */
export function findPublicEvent(type: string): EventDefinition<PublicEventType> | undefined {
  return Object.hasOwn(publicEvents, type) ? publicEvents[type as PublicEventType] : undefined;
}

/** The names of an event's erasable fields; empty where it has none. */
export function erasableFields(definition: EventDefinition): readonly string[] {
  return Object.keys(definition.erasable.shape);
}
