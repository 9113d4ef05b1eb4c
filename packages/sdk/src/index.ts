export type {
  AccessAnswer,
  AccessRequestedHandler,
  AccessRequestedOptions,
  OnAccessRequested,
} from './access-requested.ts';
export { argumentsDigest } from './arguments-digest.ts';
export { type Client, connect } from './connect.ts';
export type { ConnectOptions } from './connect-options.ts';
export type { EventQuery } from './events/event-query.ts';
export type { Guard } from './guard/guard.ts';
export type {
  Cancelled,
  Denied,
  Executed,
  GuardResult,
  InDoubt,
  NotExecuted,
  OutcomeDelivery,
  OverQuota,
  Pending,
  Rejected,
  Settled,
  Throttled,
  Unavailable,
  Undecided,
} from './guard/guard-result.ts';
export type { Execute, Execution, GuardedCall, GuardOptions } from './guard/guarded-call.ts';
export type { ExecutionStart, Journal, JournalEntry } from './guard/journal.ts';
export type { RequestOptions } from './http/api-request.ts';
export type { RetryPolicy } from './http/retry-policy.ts';
export { canonicalJson } from './json/canonical-json.ts';
export type { DeepReadonly, JsonObject, JsonValue, OrErased } from './json/json-value.ts';
export type { KafkaCall, KafkaClient } from './kafka/kafka-client.ts';
export type { KafkaConnectOptions, KafkaOptions, PrivateKeyJwk } from './kafka/options.ts';
export type { CloudEvent } from './model/cloud-event.ts';
export type { Outcome, OutcomeRequest, Usage } from './model/outcome.ts';
export type {
  Permit,
  ToolCall,
  ToolCallAllowed,
  ToolCallAwaiting,
  ToolCallRequest,
} from './model/tool-call.ts';
export type {
  ApprovalPointer,
  ApprovalState,
  CallStatus,
  Obligations,
  Reason,
  Verdict,
} from './model/verdict.ts';
export {
  CountersignError,
  type CountersignProblem,
  type FieldError,
  isCountersignError,
} from './problem.ts';
export type { RequestingAccess, RequestingAccessOptions } from './requesting-access.ts';
export type {
  AccessEntry,
  AccessEntryRequest,
  AccessHandler,
  AccessLevel,
  AccessList,
  AccessListRequest,
  AccessRequest,
  AccessRequestStatus,
  AccessResource,
  AccessReview,
  AccessRoutes,
  ContextPart,
  ContextRule,
  DelegateRight,
  WorkIntent,
  WorkIntentRequest,
} from './routes/access.ts';
export type {
  ActsFor,
  Agent,
  AgentAccess,
  AgentRequest,
  AgentRoutes,
  Ed25519PublicKey,
  SigningKey,
} from './routes/agents.ts';
export type {
  Approval,
  ApprovalDecisionAnswer,
  ApprovalDecisionRequest,
  ApprovalRoutes,
  Quorum,
} from './routes/approvals.ts';
export type {
  AccessControls,
  ControlsRoutes,
  ControlsSource,
  RoleCatalog,
  RoleEntry,
  Roles,
} from './routes/controls.ts';
export type {
  DeadLetter,
  DeadLetterRecord,
  DeadLetterRetryAnswer,
  DeadLetterRoutes,
} from './routes/dead-letters.ts';
export type { EventRoutes } from './routes/events.ts';
export type { Group, GroupRequest, GroupRoutes } from './routes/groups.ts';
export type { Health, HealthRoutes, Readiness } from './routes/health.ts';
export type {
  AcceptAnswer,
  Invitation,
  InvitationCreated,
  InvitationRequest,
  InvitationRoutes,
  InvitationState,
} from './routes/invitations.ts';
export type { ApiKey, KeyCreated, KeyRequest, KeyRoutes, RotateKeyRequest } from './routes/keys.ts';
export type {
  KillScope,
  KillSwitch,
  KillSwitchRequest,
  KillSwitchRoutes,
  KillSwitchState,
} from './routes/kill-switches.ts';
export { everyItem, type ListQuery, type Page } from './routes/list.ts';
export type { Meter, MeterRoutes } from './routes/meters.ts';
export type { Organization, OrganizationRequest, OrganizationRoutes } from './routes/organizations.ts';
export type { Parked, ParkedRetryAnswer, ParkedRoutes } from './routes/parked.ts';
export type { PermitRequest, PermitRoutes, PermitValid } from './routes/permits.ts';
export type { Plan, PlanEntry, PlanRoutes, Quota, Quotas, Throttle } from './routes/plans.ts';
export type {
  Policy,
  PolicyActivateRequest,
  PolicyPublished,
  PolicyRequest,
  PolicyRoutes,
  PolicySummary,
  PolicyTestAnswer,
  PolicyVersion,
} from './routes/policies.ts';
export type { Actor, Principal, ReasonRequest, Scope } from './routes/principals.ts';
export type { Project, ProjectQuery, ProjectRoutes } from './routes/projects.ts';
export type {
  FlushResult,
  LegalHold,
  LegalHoldRequest,
  RetentionRoutes,
} from './routes/retention.ts';
export type { ToolCallQuery, ToolCallRoutes } from './routes/tool-calls.ts';
export type { Sensitivity, Tool, ToolAction, ToolDeclared, ToolRequest, ToolRoutes } from './routes/tools.ts';
export type {
  Entitlement,
  EntitlementRequest,
  UsageReport,
  UsageRequest,
  UsageRoutes,
} from './routes/usage.ts';
export type { ApprovalLevel, Role, User, UserRequest, UserRoutes } from './routes/users.ts';
export type { Workspace, WorkspaceRoutes } from './routes/workspaces.ts';
export { uuidV7 } from './uuid-v7.ts';
