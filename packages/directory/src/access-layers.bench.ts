import {
  type AclEntry,
  type AclResource,
  includesLevel,
  missingPermissions,
  recordOf,
} from '@countersign/access';
import type { Message } from '@countersign/message-bus';
import { createAclBoard } from './acl-board.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createIntentStanding, type IntentStanding } from './intent-standing.ts';
import { createPlanCatalog } from './plan-catalog.ts';
import { type KnownPlans, missingFlags } from './plan-flags.ts';

/** What one run measured: how long the access layers of one decision take. */
export interface AccessFigures {
  readonly organizations: number;
  readonly decisions: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const AGENTS = 10_000;
/** Entries of each list; every fifth step of a chain of delegations is one of them. */
const ENTRIES = 1_000;
const DEPTH = 5;
/** Lists of the organization that is asked about; each of the others has one. */
const INTENTS = 10;
const TIME = '2026-11-21T12:00:00.000Z';
const NOW = Date.parse(TIME);
const OWN = 'organization-0';
const BY = { kind: 'user', id: 'alice' } as const;
const REQUIRED = ['read', 'files:write'];

const FLAGS = ['access', 'sso'] as const;
const PLAN = { description: 'bench', flags: { access: true, sso: true } };

/** Asks ACL, role and plan flags for random agents of one organization, beside a number of others of the same size of list. */
export function measureAccessLayers(organizations: number, decisions: number): AccessFigures {
  const known = installation(organizations);
  const { directory, intents } = known;
  const decide = (call: number): boolean => {
    const agent_id = `agent-${(call * 7_919) % AGENTS}`;
    const intent_id = `intent-${call % INTENTS}`;
    const level = intents.levelOf({ organization: OWN, agent_id, intent_id });
    const project = directory.agent(OWN, agent_id)?.data.project ?? 'default';
    const path = directory.pathOf(OWN, project);
    const roles = directory.user(OWN, `user-${call % 100}`)?.data.roles ?? [];
    const missing = missingPermissions(directory.roleRights(), roles, path, REQUIRED);
    const off = missingFlags(known, OWN, FLAGS);
    return includesLevel(level ?? null, 'write') && missing.length === 0 && off.length === 0;
  };
  let allowed = 0;
  const timed = (count: number): Float64Array => {
    const took = new Float64Array(count);
    for (let call = 0; call < count; call += 1) {
      const started = performance.now();
      if (decide(call)) allowed += 1;
      took[call] = (performance.now() - started) * 1_000;
    }
    return took.sort();
  };
  timed(decisions);
  const took = timed(decisions);
  if (allowed === 0 || allowed === 2 * decisions) throw new Error('the benchmark decides nothing');
  const at = (share: number): number => Math.round((took[Math.floor(took.length * share)] ?? 0) * 100) / 100;
  return { organizations, decisions, p50Us: at(0.5), p99Us: at(0.99) };
}

interface Installation extends KnownPlans {
  readonly directory: Directory;
  readonly intents: IntentStanding;
}

function installation(organizations: number): Installation {
  const directory = createDirectory();
  const plans = createPlanCatalog();
  const board = createAclBoard();
  let position = 0;
  const tell = (organization: string, type: string, subject: string, data: object): void => {
    position += 1;
    const [time, topic, service, sequence] = [TIME, 'agent.control', 'gateway', 1] as const;
    const message = {
      id: `${position}`,
      type,
      topic,
      service,
      subject,
      sequence,
      position,
      time,
      organization,
      data,
    };
    directory.apply(message as unknown as Message);
    board.apply(message as unknown as Message);
    plans.apply(message as unknown as Message);
  };
  tell('default', 'plan.published', 'plan-bench', { slug: 'bench', plan: PLAN, by: BY });
  for (let agent = 0; agent < AGENTS; agent += 1) {
    const data = { agent_id: `agent-${agent}`, project: 'default', owner: 'alice', acts_for: 'any' };
    tell(OWN, 'agent.registered', `agent-${OWN}:${agent}`, data);
  }
  for (let user = 0; user < 100; user += 1) {
    const roles = [{ scope: { organization: OWN }, role: user % 2 === 0 ? 'owner' : 'viewer' }];
    tell(OWN, 'user.registered', `user-${OWN}:${user}`, { user_id: `user-${user}`, roles });
  }
  for (let one = 0; one < organizations; one += 1) {
    const organization = `organization-${one}`;
    const created = { organization_id: organization, plan: 'bench' };
    tell(organization, 'organization.created', `organization-${organization}`, created);
    for (let intent = 0; intent < (one === 0 ? INTENTS : 1); intent += 1) {
      const resource: AclResource = { kind: 'intent', id: `intent-${intent}` };
      const terms = { namespace: null, default_policy: 'closed', default_level: 'read' };
      const entries = chains(intent).map(recordOf);
      const data = { resource, creator: BY, ...terms, entries };
      tell(organization, 'acl.created', `access-${organization}:intent:${resource.id}`, data);
    }
  }
  return { directory, plans, intents: createIntentStanding({ board, directory, nowMs: () => NOW }) };
}

/** Chains of delegations, each of `DEPTH` steps, for agents spread over all that there are. */
function chains(intent: number): AclEntry[] {
  return Array.from({ length: ENTRIES }, (_, at) => ({
    id: `entry-${intent}-${at}`,
    principal: { kind: 'agent', id: `agent-${(at * 10 + intent) % AGENTS}` },
    level: 'write',
    delegable: { maxDepth: null },
    parent: at % DEPTH === 0 ? null : `entry-${intent}-${at - 1}`,
    grantedBy: BY,
    grantedAt: TIME,
    expiresAt: at % 2 === 0 ? '2026-11-22T12:00:00.000Z' : null,
  }));
}

if (import.meta.main) {
  for (const organizations of [1, 100]) {
    const { p50Us, p99Us } = measureAccessLayers(organizations, 200_000);
    console.log(
      `access layers: p50 ${p50Us} us, p99 ${p99Us} us; ${organizations} organizations, ${AGENTS} agents, ${ENTRIES} entries a list, chains of ${DEPTH} (target p99 20)`,
    );
  }
}
