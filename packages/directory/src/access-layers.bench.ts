import { includesLevel } from '@countersign/access';
import { missingFor } from './acting.ts';
import { LEVEL_OF_CALLS } from './intent-standing.ts';
import { missingFlags } from './plan-flags.ts';
import {
  type AccessInstallation,
  accessInstallation,
  CHAIN_DEPTH,
  LIST_ENTRIES,
  NOW,
  type OrganizationSize,
  USERS,
} from './testing/access-installation.ts';

/** What one run measured: how long the access layers of one decision take. */
export interface AccessFigures {
  readonly organizations: number;
  readonly decisions: number;
  /** Share of the decisions in which an entry names the agent, itself or by a group, here or in the namespace's list. */
  readonly met: number;
  /** Share of them that nothing of access refuses. */
  readonly allowed: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const LARGE: OrganizationSize = { id: 'organization-0', agents: 10_000, intents: 10 };
const REQUIRED = ['read', 'files:write'];
const FLAGS = ['access', 'sso'] as const;
/** Who calls a tool for a work intent is hardly ever one whom no entry names. */
const LEAST_MET = 0.8;

/**
 * Asks list, roles and plan flags as an evaluation does: of one large organization, and where there are others as often of
 * each of these in turn.
 */
export function measureAccessLayers(organizations: number, decisions: number): AccessFigures {
  const sizes = Array.from(
    { length: organizations },
    (_, one): OrganizationSize =>
      one === 0 ? LARGE : { id: `organization-${one}`, agents: LIST_ENTRIES, intents: 1 },
  );
  const installation = accessInstallation(sizes);
  const took = new Float64Array(decisions);
  let [met, allowed] = [0, 0];
  // The first round is not measured: what is asked often is compiled.
  for (let call = -decisions; call < decisions; call += 1) {
    const asked = askedBy(Math.abs(call), sizes);
    const started = performance.now();
    const decided = decide(installation, asked);
    const us = (performance.now() - started) * 1_000;
    if (call < 0) continue;
    took[call] = us;
    met += decided.met ? 1 : 0;
    allowed += decided.allowed ? 1 : 0;
  }
  if (met < LEAST_MET * decisions || met === decisions || allowed === 0 || allowed === met)
    throw new Error(`the benchmark decides too little: ${met} met, ${allowed} allowed of ${decisions}`);
  took.sort();
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  const at = (share: number): number => rounded(took[Math.floor(took.length * share)] ?? 0);
  return {
    ...{ organizations, decisions, p50Us: at(0.5), p99Us: at(0.99) },
    ...{ met: rounded(met / decisions), allowed: rounded(allowed / decisions) },
  };
}

interface Asked {
  readonly organization: string;
  readonly agentId: string;
  readonly userId: string;
  readonly intentId: string;
}

/** Three of four agents are those that the list may name; every fourth is any: by a group, by the namespace, or by nothing. */
function askedBy(call: number, sizes: readonly OrganizationSize[]): Asked {
  const { id, agents, intents } = (call % 2 === 0 ? sizes[0] : sizes[(call >> 1) % sizes.length]) ?? LARGE;
  const random = (call * 7_919) % agents;
  const intent = (call >> 2) % intents;
  const agent = call % 8 < 6 ? random - (random % intents) + intent : random;
  return {
    organization: id,
    agentId: `agent-${agent}`,
    userId: `user-${(call * 31) % USERS}`,
    intentId: `intent-${intent}`,
  };
}

function decide(known: AccessInstallation, { organization, agentId, userId, intentId }: Asked) {
  const { directory, rights } = known;
  const agent = directory.agent(organization, agentId)?.data;
  const [intent, party] = [
    { kind: 'intent', id: intentId },
    { kind: 'agent', id: agentId },
  ] as const;
  const level = rights.levelOn(organization, intent, party, NOW) ?? null;
  const path = directory.pathOf(organization, agent?.project ?? 'default');
  const user = { id: userId, roles: directory.user(organization, userId)?.data.roles ?? [] };
  const missing = missingFor(directory.roleRights(), agent, user, path, REQUIRED);
  const off = missingFlags(known, organization, FLAGS);
  const allowed = includesLevel(level, LEVEL_OF_CALLS) && missing.length === 0 && off.length === 0;
  return { met: level !== null, allowed };
}

if (import.meta.main) {
  for (const organizations of [1, 100]) {
    const { p50Us, p99Us, met, allowed } = measureAccessLayers(organizations, 200_000);
    console.log(
      `access layers: p50 ${p50Us} us, p99 ${p99Us} us (target 20); ${organizations} organizations, ${LARGE.agents} agents, ${LIST_ENTRIES} entries a list and in its namespace's, chains of ${CHAIN_DEPTH}; an entry is met in ${met}, ${allowed} are allowed`,
    );
  }
}
