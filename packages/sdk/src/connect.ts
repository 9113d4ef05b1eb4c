import { createOnAccessRequested, type OnAccessRequested } from './access-requested.ts';
import { type ConnectOptions, checkConnectOptions } from './connect-options.ts';
import { httpCalls } from './guard/calls.ts';
import { createGuard, type Guard } from './guard/guard.ts';
import { createHttp } from './http/http.ts';
import { connectKafka, type KafkaClient } from './kafka/kafka-client.ts';
import type { KafkaConnectOptions } from './kafka/options.ts';
import { createRequestingAccess, type RequestingAccess } from './requesting-access.ts';
import { type AccessRoutes, accessRoutes } from './routes/access.ts';
import { type AgentRoutes, agentRoutes } from './routes/agents.ts';
import { type ApprovalRoutes, approvalRoutes } from './routes/approvals.ts';
import { type ControlsRoutes, controlsRoutes } from './routes/controls.ts';
import { type DeadLetterRoutes, deadLetterRoutes } from './routes/dead-letters.ts';
import { type EventRoutes, eventRoutes } from './routes/events.ts';
import { type GroupRoutes, groupRoutes } from './routes/groups.ts';
import { type HealthRoutes, healthRoutes } from './routes/health.ts';
import { type InvitationRoutes, invitationRoutes } from './routes/invitations.ts';
import { type KeyRoutes, keyRoutes } from './routes/keys.ts';
import { type KillSwitchRoutes, killSwitchRoutes } from './routes/kill-switches.ts';
import { type MeterRoutes, meterRoutes } from './routes/meters.ts';
import { type OrganizationRoutes, organizationRoutes } from './routes/organizations.ts';
import { type ParkedRoutes, parkedRoutes } from './routes/parked.ts';
import { type PermitRoutes, permitRoutes } from './routes/permits.ts';
import { type PlanRoutes, planRoutes } from './routes/plans.ts';
import { type PolicyRoutes, policyRoutes } from './routes/policies.ts';
import { type ProjectRoutes, projectRoutes } from './routes/projects.ts';
import { type RetentionRoutes, retentionRoutes } from './routes/retention.ts';
import { type ToolCallRoutes, toolCallRoutes } from './routes/tool-calls.ts';
import { type ToolRoutes, toolRoutes } from './routes/tools.ts';
import { type UsageRoutes, usageRoutes } from './routes/usage.ts';
import { type UserRoutes, userRoutes } from './routes/users.ts';
import { type WorkspaceRoutes, workspaceRoutes } from './routes/workspaces.ts';

/**
 * A client for one installation and one key. `guard` answers with values; every other method rejects with
 * `CountersignError`. Names and shapes of bodies are those of the HTTP interface.
 */
export interface Client {
  readonly guard: Guard;
  readonly toolCalls: ToolCallRoutes;
  readonly permits: PermitRoutes;
  readonly approvals: ApprovalRoutes;
  readonly access: AccessRoutes;
  /** Shows requests for access that this principal may decide to a function, which answers them. */
  readonly onAccessRequested: OnAccessRequested;
  /** Does something, and asks for access first where it is refused for want of it. */
  readonly requestingAccess: RequestingAccess;
  readonly killSwitches: KillSwitchRoutes;
  readonly agents: AgentRoutes;
  readonly tools: ToolRoutes;
  readonly users: UserRoutes;
  readonly groups: GroupRoutes;
  readonly invitations: InvitationRoutes;
  readonly keys: KeyRoutes;
  readonly organizations: OrganizationRoutes;
  readonly workspaces: WorkspaceRoutes;
  readonly projects: ProjectRoutes;
  readonly plans: PlanRoutes;
  readonly policies: PolicyRoutes;
  readonly meters: MeterRoutes;
  readonly controls: ControlsRoutes;
  readonly usage: UsageRoutes;
  readonly retention: RetentionRoutes;
  readonly events: EventRoutes;
  readonly deadLetters: DeadLetterRoutes;
  readonly parked: ParkedRoutes;
  readonly health: HealthRoutes;
}

/**
 * Makes a client, over HTTP or (`kafka`) over Kafka; sends nothing yet.
 *
 * @throws CountersignError (`invalid_request`) naming every option that is wrong.
 */
export function connect(options: KafkaConnectOptions): KafkaClient;
export function connect(options: ConnectOptions): Client;
export function connect(options: ConnectOptions | KafkaConnectOptions): Client | KafkaClient {
  return 'kafka' in options ? connectKafka(options.kafka) : connectHttp(options);
}

function connectHttp(options: ConnectOptions): Client {
  const http = createHttp(checkConnectOptions(options));
  const access = accessRoutes(http);
  return {
    guard: createGuard(httpCalls(http), options.agentId),
    toolCalls: toolCallRoutes(http),
    permits: permitRoutes(http),
    approvals: approvalRoutes(http),
    access,
    onAccessRequested: createOnAccessRequested(http, access),
    requestingAccess: createRequestingAccess(http, access),
    killSwitches: killSwitchRoutes(http),
    agents: agentRoutes(http),
    tools: toolRoutes(http),
    users: userRoutes(http),
    groups: groupRoutes(http),
    invitations: invitationRoutes(http),
    keys: keyRoutes(http),
    organizations: organizationRoutes(http),
    workspaces: workspaceRoutes(http),
    projects: projectRoutes(http),
    plans: planRoutes(http),
    policies: policyRoutes(http),
    meters: meterRoutes(http),
    controls: controlsRoutes(http),
    usage: usageRoutes(http),
    retention: retentionRoutes(http),
    events: eventRoutes(http),
    deadLetters: deadLetterRoutes(http),
    parked: parkedRoutes(http),
    health: healthRoutes(http),
  };
}
