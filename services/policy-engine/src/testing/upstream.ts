import { publicEvents } from '@countersign/contracts';
import { type JsonObject, type JsonValue, type Personal, streamName } from '@countersign/event-sourcing';
import { type EventStore, isStoreError } from '@countersign/event-store';
import { createDiscloser, type Sealer } from '@countersign/sealing';
import { edgeMetadata, personal } from '@countersign/service';
import { type ManualClock, seededIds } from '@countersign/testing';
import { callId, definitionHash, fixtureData, READ_FILE, type StandInType, storedName } from './stand-ins.ts';

/** A call as a test wants it announced. */
export interface AnnouncedCall {
  readonly organization?: string;
  readonly agent?: string;
  readonly user?: string;
  readonly tool?: string;
  readonly args?: JsonObject;
  readonly reason?: string;
  /** How the tool's declaration, as the gateway saw it, differs from `READ_FILE`. */
  readonly definition?: JsonObject;
  /** Changes of the event's data. */
  readonly change?: JsonObject;
}

interface Written {
  readonly type: StandInType;
  readonly change: JsonObject;
  readonly personal?: Personal;
}

/** Plays the other services: appends their events to the ledger as they would, at the clock's time. */
export function createUpstream(store: EventStore, clock: ManualClock, sealer: Sealer) {
  const ids = seededIds(clock, store.acceptedPosition + 7);
  const disclose = createDiscloser();

  const append = async (
    id: string,
    at: { readonly organization: string; readonly call?: string },
    ...events: readonly Written[]
  ): Promise<void> => {
    const [first] = events as [Written, ...Written[]];
    const stream = streamName(publicEvents[first.type].category, id);
    const { length } = await store.read(stream, { visibility: 'accepted' });
    const facts = events.map(({ type, change, personal: sealed }) => ({
      type: storedName(type),
      data: { ...fixtureData(type), ...change },
      ...(sealed ? { personal: sealed } : {}),
    }));
    const { organization, call } = at;
    const metadata = edgeMetadata({ clock, ids }, { organization, ...(call ? { correlation: call } : {}) });
    const sealed = await sealer.seal(stream, facts, metadata);
    const appended = await store.append(stream, length === 0 ? 'no-stream' : length, sealed).durable;
    if (isStoreError(appended)) throw new Error(appended.code);
  };
  const control = (type: StandInType, organization: string, id: string, change: JsonObject) =>
    append(`${organization}:${id}`, { organization }, { type, change });
  const ofCall = (type: StandInType, call: number, change: JsonObject) =>
    append(
      callId(call),
      { organization: 'acme', call: callId(call) },
      {
        type,
        change: { ...partiesOf(call), ...change },
      },
    );

  return {
    organization: (id: string) =>
      append(id, { organization: id }, { type: 'organization.created', change: { organization_id: id } }),
    plan: (slug: string, plan: JsonObject) =>
      append(slug, { organization: 'default' }, { type: 'plan.published', change: { slug, plan } }),
    movedTo: (plan: string, organization_id = 'acme') =>
      append(
        organization_id,
        { organization: organization_id },
        { type: 'organization.plan_changed', change: { organization_id, plan } },
      ),
    user: (id: string, change: JsonObject = {}, organization = 'acme') =>
      control('user.registered', organization, id, { user_id: id, roles: [], ...change }),
    changedUser: (id: string, change: JsonObject) =>
      control('user.changed', 'acme', id, { user_id: id, roles: [], ...change }),
    removedUser: (id: string) => control('user.removed', 'acme', id, { user_id: id }),
    agent: (id: string, change: JsonObject = {}, organization = 'acme') =>
      control('agent.registered', organization, id, {
        agent_id: id,
        owner: 'alice',
        acts_for: ['alice'],
        ...change,
      }),
    agentAccess: (id: string, default_permission: 'read' | 'write' | null) =>
      control('agent.access_set', 'acme', id, { agent_id: id, default_permission, approval_required: false }),
    disableAgent: (id: string) => control('agent.disabled', 'acme', id, { agent_id: id }),
    enableAgent: (id: string) => control('agent.enabled', 'acme', id, { agent_id: id }),
    group: (id: string, ...agents: readonly string[]) =>
      control('group.changed', 'acme', id, {
        group_id: id,
        members: agents.map((agent) => ({ kind: 'agent', id: agent })),
      }),
    /** What the role `developer` grants, in every scope of every organization. */
    developersMay: (...permissions: readonly string[]) => {
      const roles = [{ role: 'developer', permissions: [...permissions] }];
      const change = { roles: { organization: roles, workspace: roles, project: roles } };
      return append('installation', { organization: 'default' }, { type: 'role.catalog.applied', change });
    },
    tool(name: string, change: JsonObject = {}, organization = 'acme') {
      const declaration = { ...READ_FILE, ...change };
      const definition_hash = definitionHash(declaration);
      return control('tool.declared', organization, name, { name, declaration, definition_hash });
    },
    withdrawTool: (name: string) => control('tool.withdrawn', 'acme', name, { name }),
    kill: (scope: string, target: string | null) =>
      append(
        ids.next(),
        { organization: 'acme' },
        {
          type: 'killswitch.engaged',
          change: { kill_switch_id: ids.next(), scope, target, expires_at: null },
        },
      ),
    /** Announces a call: what the agent thought, and what it asks for. */
    announced(call: number, as: AnnouncedCall = {}) {
      const { organization = 'acme', user = 'alice', agent = 'helper', tool = 'read-file' } = as;
      const args = disclose('arguments', as.args ?? { path: 'a' });
      const parties = { tool_call_id: callId(call), agent_id: agent, user_id: user };
      return append(
        callId(call),
        { organization, call: callId(call) },
        {
          type: 'agent.decision.made',
          change: { agent_id: agent, user_id: user, tool_selected: tool },
          personal: personal(user, disclose('reasoning', 'because')),
        },
        {
          type: 'agent.tool.requested',
          change: {
            ...parties,
            tool_name: tool,
            arguments_digest: args.digest,
            tool_definition_hash: definitionHash({ ...READ_FILE, ...as.definition }),
            action: 'read',
            cost_micros: 0,
            environment: 'development',
            confidence: null,
            session_id: null,
            intent_id: null,
            requested_by: { kind: 'agent', id: agent },
            ...as.change,
          },
          personal: personal(user, args, disclose('reason', as.reason ?? 'a test')),
        },
      );
    },
    redeemed: (call: number, change: JsonObject = {}) => ofCall('agent.permit.redeemed', call, change),
    called: (call: number, change: JsonObject = {}) => ofCall('agent.tool.called', call, change),
    granted: (call: number, ...approvers: readonly string[]) =>
      append(
        callId(call),
        { organization: 'acme', call: callId(call) },
        {
          type: 'agent.approval.granted',
          change: { tool_call_id: callId(call), tool: 'read-file', approvers: approvers as JsonValue },
        },
      ),
  };
}

/** What `createUpstream` makes. */
export type Upstream = ReturnType<typeof createUpstream>;

function partiesOf(call: number): JsonObject {
  return { tool_call_id: callId(call), agent_id: 'helper', user_id: 'alice', tool_name: 'read-file' };
}
