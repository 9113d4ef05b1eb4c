import { publicEvents } from '@countersign/contracts';
import { type JsonObject, type Personal, streamName } from '@countersign/event-sourcing';
import { type EventStore, isStoreError } from '@countersign/event-store';
import { createDiscloser, type Sealer } from '@countersign/sealing';
import { edgeMetadata, personal } from '@countersign/service';
import { type ManualClock, seededIds } from '@countersign/testing';
import { callId, definitionHash, fixtureData, type StandInType, storedName } from './stand-ins.ts';

/** A call that humans are asked about, as a test wants it. */
export interface AskedCall {
  readonly organization?: string;
  readonly tool?: string;
  readonly intent?: string;
  readonly requestedBy?: { readonly kind: string; readonly id: string };
  readonly args?: JsonObject;
  readonly reason?: string;
  readonly reasoning?: string | null;
  readonly approvers?: readonly string[];
  readonly quorum?: number;
  readonly ttlMs?: number;
  /** Default `alice`, whom the call acts for. */
  readonly agentOwner?: string;
  /** Changes of the evaluation's data. */
  readonly evaluation?: JsonObject;
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

  const upstream = {
    organization: (id: string) =>
      append(id, { organization: id }, { type: 'organization.created', change: { organization_id: id } }),
    user: (id: string, roles: readonly JsonObject[] = [], organization = 'acme') =>
      control('user.registered', organization, id, { user_id: id, roles: [...roles] }),
    changedUser: (id: string, roles: readonly JsonObject[] = []) =>
      control('user.changed', 'acme', id, { user_id: id, roles: [...roles] }),
    /** The roles of all organizations, the same in every scope. */
    roles: (catalog: Readonly<Record<string, readonly string[]>>) => {
      const roles = Object.entries(catalog).map(([role, permissions]) => ({
        role,
        permissions: [...permissions],
      }));
      const change = { roles: { organization: roles, workspace: roles, project: roles } };
      return append('installation', { organization: 'default' }, { type: 'role.catalog.applied', change });
    },
    plan: (slug: string, plan: JsonObject) =>
      append(slug, { organization: 'default' }, { type: 'plan.published', change: { slug, plan } }),
    /** The meter has counted something for a call. */
    charged: (call: number, key = 'approvals_requested') => {
      const [line] = fixtureData('agent.quota.charged').lines as JsonObject[];
      return append(
        'acme-1',
        { organization: 'acme', call: callId(call) },
        { type: 'agent.quota.charged', change: { lines: [{ ...line, key }] } },
      );
    },
    group: (id: string, ...users: readonly string[]) =>
      control('group.registered', 'acme', id, {
        group_id: id,
        members: users.map((user) => ({ kind: 'user', id: user })),
      }),
    /** The group has these agents now, and nobody else. */
    crew: (id: string, ...agents: readonly string[]) =>
      control('group.changed', 'acme', id, {
        group_id: id,
        members: agents.map((agent) => ({ kind: 'agent', id: agent })),
      }),
    /** The plan keeps no longer what happened before; `except`: but for these people. */
    flushed: (before: string, except: readonly string[] = []) =>
      append(
        'acme',
        { organization: 'acme' },
        {
          type: 'retention.flushed',
          change: { domain: 'traces', before, except: [...except] },
        },
      ),
    /** The closed list of a work intent that `olga` made, on which groups may write. */
    workIntent: (id: string, ...groups: readonly string[]) =>
      append(
        `acme:intent:${id}`,
        { organization: 'acme' },
        {
          type: 'acl.created',
          change: {
            ...{ resource: { kind: 'intent', id }, namespace: null, creator: { kind: 'user', id: 'olga' } },
            ...{ default_policy: 'closed', default_level: 'read', entries: groups.map(writing) },
          },
        },
      ),
    agent: (id: string, change: JsonObject = {}, organization = 'acme') =>
      control('agent.registered', organization, id, {
        agent_id: id,
        owner: 'alice',
        acts_for: ['alice'],
        ...change,
      }),
    changedAgent: (id: string, change: JsonObject) =>
      control('agent.changed', 'acme', id, { agent_id: id, owner: 'alice', acts_for: ['alice'], ...change }),
    disableAgent: (id: string) => control('agent.disabled', 'acme', id, { agent_id: id }),
    tool(name: string, version = 1, organization = 'acme', required: readonly string[] = []) {
      const { declaration } = fixtureData('tool.declared') as { declaration: JsonObject };
      return control('tool.declared', organization, name, {
        name,
        version,
        definition_hash: definitionHash(name, version),
        declaration: { ...declaration, required_permissions: [...required] },
      });
    },
    withdrawTool: (name: string) => control('tool.withdrawn', 'acme', name, { name }),
    kill: (scope: string, target: string | null, drill = false) =>
      append(
        ids.next(),
        { organization: 'acme' },
        { type: 'killswitch.engaged', change: { kill_switch_id: ids.next(), scope, target, drill } },
      ),
    blocked: (call: number, reason: string) =>
      append(
        callId(call),
        { organization: 'acme', call: callId(call) },
        { type: 'agent.safety.blocked', change: { tool_call_id: callId(call), reason } },
      ),
    /** Announces a call by `helper` for `alice`: what the agent thought, and what it asks for. */
    async announced(call: number, as: AskedCall = {}) {
      const { organization = 'acme', tool = 'delete-file', requestedBy, reasoning = 'because' } = as;
      const args = disclose('arguments', as.args ?? { path: 'a' });
      await append(
        callId(call),
        { organization, call: callId(call) },
        {
          type: 'agent.decision.made',
          change: { agent_id: 'helper', user_id: 'alice', tool_selected: tool },
          personal: personal('alice', reasoning === null ? null : disclose('reasoning', reasoning)),
        },
        {
          type: 'agent.tool.requested',
          change: {
            tool_call_id: callId(call),
            agent_id: 'helper',
            user_id: 'alice',
            tool_name: tool,
            arguments_digest: args.digest,
            tool_definition_hash: definitionHash(tool, 1),
            requested_by: requestedBy ?? { kind: 'agent', id: 'helper' },
            intent_id: as.intent ?? null,
          },
          personal: personal('alice', args, disclose('reason', as.reason ?? 'a test')),
        },
      );
      return args.digest;
    },
    /** The evaluation that asks for a human, or whatever `evaluation` makes of it. */
    evaluated(call: number, argumentsDigest: string, as: AskedCall = {}) {
      const { organization = 'acme', tool = 'delete-file' } = as;
      const { facts } = fixtureData('agent.tool.evaluated') as { facts: JsonObject };
      const obligations = {
        approvers: [...(as.approvers ?? ['role:operator'])],
        ...(as.quorum === undefined ? {} : { quorum: as.quorum }),
        ...(as.ttlMs === undefined ? {} : { ttl_ms: as.ttlMs }),
      };
      return append(
        callId(call),
        { organization, call: callId(call) },
        {
          type: 'agent.tool.evaluated',
          change: {
            tool_call_id: callId(call),
            verdict: 'require_approval',
            obligations,
            facts: { ...facts, agent: { id: 'helper', owner: as.agentOwner ?? 'alice', project: 'default' } },
            arguments_digest: argumentsDigest,
            tool_definition_hash: definitionHash(tool, 1),
            ...as.evaluation,
          },
        },
      );
    },
    /** Both, one after the other; answers the digest that an answer has to name. */
    async asked(call: number, as: AskedCall = {}): Promise<string> {
      const digest = await upstream.announced(call, as);
      await upstream.evaluated(call, digest, as);
      return digest;
    },
  };
  return upstream;
}

function writing(group: string): JsonObject {
  return {
    ...{ id: `of-${group}`, principal: { kind: 'group', id: group }, level: 'write', delegable: null },
    ...{ parent: null, granted_by: { kind: 'user', id: 'olga' } },
    ...{ granted_at: '2026-11-21T09:00:00.000Z', expires_at: null },
  };
}

/** What `createUpstream` makes. */
export type Upstream = ReturnType<typeof createUpstream>;
