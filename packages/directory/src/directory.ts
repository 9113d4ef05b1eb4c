import { DEFAULT_ROLES, type RoleCatalog, type RoleRights, roleRights } from '@countersign/access';
import type {
  AgentAccessSet,
  AgentRegistered,
  AgentSigningKeyAdded,
  AgentSigningKeyRevoked,
  OrganizationCreated,
  RoleCatalogApplied,
  ToolDeclared,
  UserRegistered,
  UserRemoved,
} from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { createGroups, GROUP_TYPES, type Groups } from './groups.ts';
import { createInvitations, INVITATION_TYPES, type Invitations } from './invitations.ts';
import { createPlaces, DEFAULT_PROJECT, PLACE_TYPES, type Places } from './places.ts';
import type { Reach } from './reach.ts';

/** The topic that a directory is folded from. */
export const DIRECTORY_TOPICS = ['agent.control'] as const;
/** What a directory is folded from; the topic holds much more. */
export const DIRECTORY_TYPES: readonly string[] = [
  ...PLACE_TYPES,
  ...GROUP_TYPES,
  ...INVITATION_TYPES,
  'role.catalog.applied',
  'organization.plan_changed',
  'user.registered',
  'user.changed',
  'agent.registered',
  'agent.changed',
  'agent.disabled',
  'agent.enabled',
  'agent.access_set',
  'agent.signing_key_added',
  'agent.signing_key_revoked',
  'tool.declared',
  'tool.withdrawn',
];

/** Something registered: what the last event said, and that event (its erasable fields can be opened). */
export interface Entry<Data> {
  readonly data: Data;
  /** The event that registered or last changed it. */
  readonly message: Message;
  readonly createdAt: string;
}

/** A key with which an agent signs what it puts on Kafka. */
export interface SigningKeyEntry {
  readonly id: string;
  readonly publicKey: AgentSigningKeyAdded['public_key'];
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** An agent as its last event left it. */
export interface AgentEntry extends Entry<AgentRegistered> {
  readonly enabled: boolean;
  /** What it may do with work intents that name nobody, and whether its requests always wait for an approver. */
  readonly access: Pick<AgentAccessSet, 'default_permission' | 'approval_required'>;
  /** In the order in which they were added, also revoked ones. */
  readonly signingKeys: readonly SigningKeyEntry[];
  /** Of the last event, also one that disabled or enabled it. */
  readonly updatedAt: string;
  /** Version of the agent's stream up to which this is known. */
  readonly sequence: number;
}

/** A tool by its last declaration; one that is withdrawn keeps it. */
export interface ToolEntry extends Entry<ToolDeclared> {
  readonly withdrawn: boolean;
}

/** An organization and the plan that it is on. */
export interface OrganizationEntry extends Entry<OrganizationCreated> {
  readonly plan: string;
  readonly updatedAt: string;
}

/**
 * Organizations with their workspaces and projects, users, groups, agents and tools as the control events up to now tell.
 * Small: it grows with registrations.
 */
export interface Directory extends Places, Groups, Invitations {
  organization(id: string): OrganizationEntry | undefined;
  user(organization: string, id: string): Entry<UserRegistered> | undefined;
  /** Whether somebody was a user and is none any more. */
  wasRemoved(organization: string, userId: string): boolean;
  agent(organization: string, id: string): AgentEntry | undefined;
  /** Whose key it is, if it is in force. */
  signingKeyHolder(keyId: string): { readonly organization: string; readonly agentId: string } | undefined;
  /** A withdrawn tool is `undefined` here: it is not declared. */
  tool(organization: string, name: string): ToolEntry | undefined;
  /** What roles grant, by the catalog in force; before one was ever applied, the built-in one. */
  roleRights(): RoleRights;
  /** The event that applied it. */
  roleCatalog(): Message | undefined;
  organizations(): OrganizationEntry[];
  /** Sorted. */
  organizationIds(reach: Reach): string[];
  /** Sorted by id. */
  users(organization: string): Entry<UserRegistered>[];
  agents(organization: string): AgentEntry[];
  tools(organization: string): ToolEntry[];
  /** Folds one control event; repeated ones and foreign types change nothing. */
  apply(message: Message): void;
}

/** The project of an agent, in which its calls are. */
export function projectOf(
  directory: Pick<Directory, 'agent'>,
  organization: string,
  agentId: string,
): string {
  return directory.agent(organization, agentId)?.data.project ?? DEFAULT_PROJECT;
}

const NO_ACCESS: AgentEntry['access'] = { default_permission: null, approval_required: false };

const BUILT_IN = roleRights(DEFAULT_ROLES);

/** What roles grant by the catalog that an event applies. */
export function rightsOf({ data }: Message): RoleRights {
  return roleRights((data as unknown as RoleCatalogApplied).roles as RoleCatalog);
}

const key = (organization: string, id: string) => `${organization}:${id}`;

/** An empty directory; give it every event of `DIRECTORY_TOPICS` in order. */
export function createDirectory(): Directory {
  const organizations = new Map<string, OrganizationEntry>();
  const users = new Map<string, Entry<UserRegistered>>();
  const removedUsers = new Set<string>();
  const agents = new Map<string, AgentEntry>();
  const tools = new Map<string, ToolEntry>();
  const signingKeyHolders = new Map<string, { organization: string; agentId: string }>();
  let rights = BUILT_IN;
  let roleCatalog: Message | undefined;
  /** Last sequence per stream: at-least-once delivery must not turn the directory back. */
  const seen = new Map<string, number>();

  const entry = <Data>(message: Message, previous: Entry<unknown> | undefined): Entry<Data> => ({
    data: message.data as Data,
    message,
    createdAt: previous?.createdAt ?? message.time,
  });

  const folded = new Set(DIRECTORY_TYPES);
  const { fold: foldPlaces, ...places } = createPlaces();
  const { fold: foldGroups, ...groups } = createGroups();
  const { fold: foldInvitations, ...invitations } = createInvitations();

  const fold = (message: Message): void => {
    foldPlaces(message);
    foldGroups(message);
    foldInvitations(message);
    const { organization, data } = message;
    switch (message.type) {
      case 'organization.created': {
        const created = data as unknown as OrganizationCreated;
        organizations.set(created.organization_id, {
          ...entry<OrganizationCreated>(message, undefined),
          plan: created.plan,
          updatedAt: message.time,
        });
        return;
      }
      case 'role.catalog.applied':
        rights = rightsOf(message);
        roleCatalog = message;
        return;
      case 'organization.plan_changed': {
        const changed = data as { organization_id: string; plan: string };
        const known = organizations.get(changed.organization_id);
        if (known)
          organizations.set(changed.organization_id, {
            ...known,
            plan: changed.plan,
            updatedAt: message.time,
          });
        return;
      }
      case 'user.registered':
      case 'user.changed': {
        const id = key(organization, (data as unknown as UserRegistered).user_id);
        users.set(id, entry(message, users.get(id)));
        removedUsers.delete(id);
        return;
      }
      case 'user.removed': {
        const id = key(organization, (data as unknown as UserRemoved).user_id);
        users.delete(id);
        removedUsers.add(id);
        return;
      }
      case 'agent.registered':
      case 'agent.changed': {
        const id = key(organization, (data as unknown as AgentRegistered).agent_id);
        const known = agents.get(id);
        agents.set(id, {
          ...entry<AgentRegistered>(message, known),
          enabled: known?.enabled ?? true,
          access: known?.access ?? NO_ACCESS,
          signingKeys: known?.signingKeys ?? [],
          updatedAt: message.time,
          sequence: message.sequence,
        });
        return;
      }
      case 'agent.disabled':
      case 'agent.enabled': {
        const id = key(organization, (data as { agent_id: string }).agent_id);
        const known = agents.get(id);
        if (known)
          agents.set(id, {
            ...known,
            enabled: message.type === 'agent.enabled',
            updatedAt: message.time,
            sequence: message.sequence,
          });
        return;
      }
      case 'agent.access_set': {
        const { agent_id, default_permission, approval_required } = data as unknown as AgentAccessSet;
        const id = key(organization, agent_id);
        const known = agents.get(id);
        if (known)
          agents.set(id, {
            ...known,
            access: { default_permission, approval_required },
            updatedAt: message.time,
            sequence: message.sequence,
          });
        return;
      }
      case 'agent.signing_key_added': {
        const added = data as unknown as AgentSigningKeyAdded;
        const id = key(organization, added.agent_id);
        const known = agents.get(id);
        if (!known) return;
        const { key_id, public_key } = added;
        const one = { id: key_id, publicKey: public_key, createdAt: message.time, revokedAt: null };
        agents.set(id, {
          ...known,
          signingKeys: [...known.signingKeys, one],
          sequence: message.sequence,
        });
        signingKeyHolders.set(key_id, { organization, agentId: added.agent_id });
        return;
      }
      case 'agent.signing_key_revoked': {
        const { agent_id, key_id } = data as unknown as AgentSigningKeyRevoked;
        const id = key(organization, agent_id);
        const known = agents.get(id);
        if (!known) return;
        const signingKeys = known.signingKeys.map((one) =>
          one.id === key_id ? { ...one, revokedAt: message.time } : one,
        );
        agents.set(id, { ...known, signingKeys, sequence: message.sequence });
        signingKeyHolders.delete(key_id);
        return;
      }
      case 'tool.declared':
      case 'tool.withdrawn': {
        const id = key(organization, (data as { name: string }).name);
        const known = tools.get(id);
        if (message.type === 'tool.withdrawn') {
          if (known) tools.set(id, { ...known, withdrawn: true });
        } else tools.set(id, { ...entry<ToolDeclared>(message, known), withdrawn: false });
        return;
      }
    }
  };

  const of = <E extends Entry<unknown>>(map: Map<string, E>, organization: string): E[] =>
    [...map.values()]
      .filter((candidate) => candidate.message.organization === organization)
      .sort((a, b) => (a.message.subject < b.message.subject ? -1 : 1));

  return {
    ...places,
    ...groups,
    ...invitations,
    organization: (id) => organizations.get(id),
    user: (organization, id) => users.get(key(organization, id)),
    wasRemoved: (organization, userId) => removedUsers.has(key(organization, userId)),
    agent: (organization, id) => agents.get(key(organization, id)),
    signingKeyHolder: (keyId) => signingKeyHolders.get(keyId),
    tool(organization, name) {
      const tool = tools.get(key(organization, name));
      return tool?.withdrawn ? undefined : tool;
    },
    roleRights: () => rights,
    roleCatalog: () => roleCatalog,
    organizationIds(reach) {
      if (typeof reach === 'string') return [reach];
      const all = [...organizations].filter(([, { plan }]) => reach === null || plan === reach.plan);
      return all.map(([id]) => id).sort();
    },
    organizations: () =>
      [...organizations.values()].sort((a, b) => (a.message.subject < b.message.subject ? -1 : 1)),
    users: (organization) => of(users, organization),
    agents: (organization) => of(agents, organization),
    tools: (organization) => of(tools, organization).filter((tool) => !tool.withdrawn),
    apply(message) {
      if (!folded.has(message.type) || (seen.get(message.subject) ?? 0) >= message.sequence) return;
      seen.set(message.subject, message.sequence);
      fold(message);
    },
  };
}
