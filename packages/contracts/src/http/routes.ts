import * as access from './access.ts';
import * as accessHandlers from './access-handlers.ts';
import * as accessLists from './access-lists.ts';
import * as accessRequests from './access-requests.ts';
import * as agents from './agents.ts';
import * as approvals from './approvals.ts';
import * as deadLetters from './dead-letters.ts';
import * as events from './events.ts';
import * as governance from './governance.ts';
import * as groups from './groups.ts';
import * as invitations from './invitations.ts';
import * as keys from './keys.ts';
import * as killSwitches from './kill-switches.ts';
import * as leases from './leases.ts';
import * as meters from './meters.ts';
import * as namespaces from './namespaces.ts';
import * as operations from './operations.ts';
import * as organizations from './organizations.ts';
import * as outcome from './outcome.ts';
import * as parked from './parked.ts';
import * as permits from './permits.ts';
import * as plans from './plans.ts';
import * as policies from './policies.ts';
import * as projects from './projects.ts';
import * as retention from './retention.ts';
import type { RouteDefinition } from './route.ts';
import * as signingKeys from './signing-keys.ts';
import * as toolCalls from './tool-calls.ts';
import * as tools from './tools.ts';
import * as usage from './usage.ts';
import * as users from './users.ts';
import * as workIntents from './work-intents.ts';
import * as workspaces from './workspaces.ts';

/** Every route by its operation id, in the order in which the documents show them. */
export const routes = {
  announceToolCall: toolCalls.announceToolCall,
  getToolCall: toolCalls.getToolCall,
  listToolCalls: toolCalls.listToolCalls,
  getToolCallTimeline: toolCalls.getToolCallTimeline,
  reportOutcome: outcome.reportOutcome,
  verifyPermit: permits.verifyPermit,
  redeemPermit: permits.redeemPermit,
  listApprovals: approvals.listApprovals,
  getApproval: approvals.getApproval,
  decideApproval: approvals.decideApproval,
  requestIntentAccess: accessRequests.intentAccessRequests.open,
  listIntentAccessRequests: accessRequests.intentAccessRequests.list,
  approveIntentAccessRequest: accessRequests.intentAccessRequests.approve,
  denyIntentAccessRequest: accessRequests.intentAccessRequests.deny,
  getIntentAccessReview: accessRequests.intentAccessRequests.getReview,
  putIntentAccessReview: accessRequests.intentAccessRequests.putReview,
  requestNamespaceAccess: accessRequests.namespaceAccessRequests.open,
  listNamespaceAccessRequests: accessRequests.namespaceAccessRequests.list,
  approveNamespaceAccessRequest: accessRequests.namespaceAccessRequests.approve,
  denyNamespaceAccessRequest: accessRequests.namespaceAccessRequests.deny,
  getNamespaceAccessReview: accessRequests.namespaceAccessRequests.getReview,
  putNamespaceAccessReview: accessRequests.namespaceAccessRequests.putReview,
  listAccessRequests: accessRequests.listAccessRequests,
  putAccessHandler: accessHandlers.putAccessHandler,
  listAccessHandlers: accessHandlers.listAccessHandlers,
  removeAccessHandler: accessHandlers.removeAccessHandler,
  engageKillSwitch: killSwitches.engageKillSwitch,
  listKillSwitches: killSwitches.listKillSwitches,
  getKillSwitch: killSwitches.getKillSwitch,
  releaseKillSwitch: killSwitches.releaseKillSwitch,
  listAgents: agents.listAgents,
  putAgent: agents.putAgent,
  getAgent: agents.getAgent,
  putAgentAccess: agents.putAgentAccess,
  disableAgent: agents.disableAgent,
  enableAgent: agents.enableAgent,
  listSigningKeys: signingKeys.listSigningKeys,
  addSigningKey: signingKeys.addSigningKey,
  revokeSigningKey: signingKeys.revokeSigningKey,
  listTools: tools.listTools,
  putTool: tools.putTool,
  getTool: tools.getTool,
  withdrawTool: tools.withdrawTool,
  listUsers: users.listUsers,
  putUser: users.putUser,
  getUser: users.getUser,
  removeUser: users.removeUser,
  listGroups: groups.listGroups,
  putGroup: groups.putGroup,
  getGroup: groups.getGroup,
  removeGroup: groups.removeGroup,
  createInvitation: invitations.createInvitation,
  listInvitations: invitations.listInvitations,
  getInvitation: invitations.getInvitation,
  revokeInvitation: invitations.revokeInvitation,
  acceptInvitation: invitations.acceptInvitation,
  createKey: keys.createKey,
  listKeys: keys.listKeys,
  rotateKey: keys.rotateKey,
  revokeKey: keys.revokeKey,
  createOrganization: organizations.createOrganization,
  listOrganizations: organizations.listOrganizations,
  setOrganizationPlan: organizations.setOrganizationPlan,
  listWorkspaces: workspaces.listWorkspaces,
  putWorkspace: workspaces.putWorkspace,
  getWorkspace: workspaces.getWorkspace,
  listProjects: projects.listProjects,
  putProject: projects.putProject,
  getProject: projects.getProject,
  listPlans: plans.listPlans,
  putPlan: plans.putPlan,
  getPlan: plans.getPlan,
  listMeters: meters.listMeters,
  reportUsage: usage.reportUsage,
  checkEntitlement: usage.checkEntitlement,
  flushTraces: retention.flushTraces,
  flushEvents: retention.flushEvents,
  flushSpansOfAgenta: retention.flushSpansOfAgenta,
  flushEventsOfAgenta: retention.flushEventsOfAgenta,
  listLegalHolds: retention.listLegalHolds,
  putLegalHold: retention.putLegalHold,
  liftLegalHold: retention.liftLegalHold,
  getAccessControls: access.getAccessControls,
  getRoles: access.getRoles,
  putRoles: access.putRoles,
  listPolicies: policies.listPolicies,
  putPolicy: policies.putPolicy,
  getPolicy: policies.getPolicy,
  listPolicyVersions: policies.listPolicyVersions,
  activatePolicy: policies.activatePolicy,
  deactivatePolicy: policies.deactivatePolicy,
  testPolicy: policies.testPolicy,
  listEvents: events.listEvents,
  streamEvents: events.streamEvents,
  getEventSchema: events.getEventSchema,
  createWorkIntent: workIntents.createWorkIntent,
  listWorkIntents: workIntents.listWorkIntents,
  getWorkIntent: workIntents.getWorkIntent,
  updateWorkIntentState: workIntents.updateWorkIntentState,
  patchWorkIntentState: workIntents.patchWorkIntentState,
  setWorkIntentStatus: workIntents.setWorkIntentStatus,
  patchWorkIntentStatus: workIntents.patchWorkIntentStatus,
  logWorkIntentEvent: workIntents.logWorkIntentEvent,
  listWorkIntentEvents: workIntents.listWorkIntentEvents,
  getWorkIntentContext: workIntents.getWorkIntentContext,
  getWorkIntentContextRule: workIntents.getWorkIntentContextRule,
  putWorkIntentContextRule: workIntents.putWorkIntentContextRule,
  getIntentGovernance: governance.getIntentGovernance,
  putIntentGovernance: governance.putIntentGovernance,
  removeIntentGovernance: governance.removeIntentGovernance,
  requestIntentApproval: governance.requestIntentApproval,
  listIntentApprovals: governance.listIntentApprovals,
  getIntentApproval: governance.getIntentApproval,
  approveIntentApproval: governance.approveIntentApproval,
  denyIntentApproval: governance.denyIntentApproval,
  recordIntentCost: governance.recordIntentCost,
  listIntentCosts: governance.listIntentCosts,
  acquireLease: leases.acquireLease,
  listLeases: leases.listLeases,
  renewLease: leases.renewLease,
  releaseLease: leases.releaseLease,
  getIntentAcl: accessLists.intentAccess.get,
  putIntentAcl: accessLists.intentAccess.put,
  grantIntentAccess: accessLists.intentAccess.grant,
  revokeIntentAccess: accessLists.intentAccess.revoke,
  delegateIntent: accessLists.intentAccess.delegate,
  createNamespace: namespaces.createNamespace,
  listNamespaces: namespaces.listNamespaces,
  getNamespace: namespaces.getNamespace,
  getNamespaceAcl: accessLists.namespaceAccess.get,
  putNamespaceAcl: accessLists.namespaceAccess.put,
  grantNamespaceAccess: accessLists.namespaceAccess.grant,
  revokeNamespaceAccess: accessLists.namespaceAccess.revoke,
  delegateNamespace: accessLists.namespaceAccess.delegate,
  discoverOpenIntent: workIntents.discoverOpenIntent,
  listDeadLetters: deadLetters.listDeadLetters,
  getDeadLetter: deadLetters.getDeadLetter,
  retryDeadLetter: deadLetters.retryDeadLetter,
  listParked: parked.listParked,
  getParked: parked.getParked,
  retryParked: parked.retryParked,
  getHealth: operations.getHealth,
  getReadiness: operations.getReadiness,
  getMetrics: operations.getMetrics,
  getOpenApi: operations.getOpenApi,
  getAsyncApi: operations.getAsyncApi,
  getDocs: operations.getDocs,
} as const satisfies Record<string, RouteDefinition>;

/** The id of an operation. */
export type OperationId = keyof typeof routes;
