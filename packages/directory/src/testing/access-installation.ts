import type { AclEntry, AclPrincipal, AclResource } from '@countersign/access';
import { recordOf } from '@countersign/access';
import type { Message } from '@countersign/message-bus';
import { type AccessRights, createAccessRights } from '../access-rights.ts';
import { createAclBoard } from '../acl-board.ts';
import { createDirectory, type Directory } from '../directory.ts';
import { createPlanCatalog } from '../plan-catalog.ts';
import type { KnownPlans } from '../plan-flags.ts';

/** What decisions about access are asked of. */
export interface AccessInstallation extends KnownPlans {
  readonly directory: Directory;
  readonly rights: AccessRights;
}

/** An organization by its size: each of its work intents has a full list. */
export interface OrganizationSize {
  readonly id: string;
  readonly agents: number;
  readonly intents: number;
}

/** Entries of every list, of work intents and namespaces. */
export const LIST_ENTRIES = 1_000;
/** Of these so many name groups; all others stand in chains of delegations. */
const GROUP_ENTRIES = 100;
/** Steps of each chain. */
export const CHAIN_DEPTH = 5;
/** Users of each organization: every second may do what the tool asks. */
export const USERS = 100;
/** When everything has happened and is asked. */
export const NOW = Date.parse('2026-11-21T12:00:00.000Z');

/** Twice as many as a list names; every agent is in up to three. */
const GROUPS = 200;
const TIME = new Date(NOW).toISOString();
const TOMORROW = new Date(NOW + 86_400_000).toISOString();
const BY = { kind: 'user', id: 'user-0' } as const;
const PLAN = { description: 'bench', flags: { access: true, sso: true } };

/** Folds organizations as a service folds them. */
export function accessInstallation(sizes: readonly OrganizationSize[]): AccessInstallation {
  const directory = createDirectory();
  const plans = createPlanCatalog();
  const board = createAclBoard();
  let position = 0;
  const tell = (organization: string, type: string, subject: string, data: object): void => {
    position += 1;
    const message = {
      ...{ id: `${position}`, type, topic: 'agent.control', service: 'gateway', subject },
      ...{ sequence: 1, position, time: TIME, organization, data },
    } as Message;
    directory.apply(message);
    board.apply(message);
    plans.apply(message);
  };
  tell('default', 'plan.published', 'plan-bench', { slug: 'bench', plan: PLAN, by: BY });
  for (const size of sizes) begin(size, (...told) => tell(size.id, ...told));
  return { directory, plans, rights: createAccessRights(board, directory) };
}

function begin(
  { id: organization, agents, intents }: OrganizationSize,
  tell: (type: string, subject: string, data: object) => void,
): void {
  tell('organization.created', `organization-${organization}`, {
    organization_id: organization,
    plan: 'bench',
  });
  const owner = { scope: { project: 'default' }, role: 'owner' };
  for (let user = 0; user < USERS; user += 1) {
    const viewer = { scope: { organization }, role: 'viewer' };
    const roles = user % 2 === 0 ? [viewer, owner] : [viewer];
    tell('user.registered', `user-${organization}:${user}`, { user_id: `user-${user}`, roles });
  }
  const users = Array.from({ length: USERS }, (_, user) => `user-${user}`);
  for (let agent = 0; agent < agents; agent += 1) {
    // Every second was registered by somebody who holds one project.
    const bounds = agent % 2 === 0 ? [] : [{ users, roles: [owner] }];
    const data = { agent_id: `agent-${agent}`, project: 'default', owner: 'user-0', acts_for: 'any', bounds };
    tell('agent.registered', `agent-${organization}:${agent}`, data);
  }
  const members = Array.from({ length: GROUPS }, (): AclPrincipal[] => []);
  for (let agent = 0; agent < agents; agent += 1)
    for (const group of new Set([agent, agent * 7 + 13, Math.floor(agent / 5)].map((one) => one % GROUPS)))
      members[group]?.push({ kind: 'agent', id: `agent-${agent}` });
  for (const [group, of] of members.entries())
    tell('group.registered', `group-${organization}:${group}`, { group_id: `group-${group}`, members: of });
  const list = (kind: AclResource['kind'], id: string, entries: readonly AclEntry[]) =>
    tell('acl.created', `access-${organization}:${kind}:${id}`, {
      ...{ resource: { kind, id }, namespace: kind === 'intent' ? 'space' : null, creator: BY },
      ...{ default_policy: null, default_level: 'read', entries: entries.map(recordOf) },
    });
  list(
    'namespace',
    'space',
    entriesOf('space', (at) => (at * 11) % agents),
  );
  for (let intent = 0; intent < intents; intent += 1)
    list(
      'intent',
      `intent-${intent}`,
      entriesOf(`${intent}`, (at) => at * intents + intent),
    );
}

/** Chains of delegations for some agents, and entries for groups; of both some grant less than a call needs. */
function entriesOf(list: string, agentAt: (at: number) => number): AclEntry[] {
  return Array.from({ length: LIST_ENTRIES }, (_, at) => {
    const group = at - (LIST_ENTRIES - GROUP_ENTRIES);
    const chain = Math.floor(at / CHAIN_DEPTH);
    const principal: AclPrincipal =
      group >= 0 ? { kind: 'group', id: `group-${group}` } : { kind: 'agent', id: `agent-${agentAt(at)}` };
    return {
      id: `entry-${list}-${at}`,
      principal,
      level: chain % 3 === 0 ? 'read' : 'write',
      delegable: group >= 0 ? null : { maxDepth: null },
      parent: group >= 0 || at % CHAIN_DEPTH === 0 ? null : `entry-${list}-${at - 1}`,
      grantedBy: BY,
      grantedAt: TIME,
      expiresAt: chain % 2 === 0 ? TOMORROW : null,
    };
  });
}
