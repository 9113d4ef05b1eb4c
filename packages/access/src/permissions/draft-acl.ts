import { type AclPrincipal, type Delegable, principalKey } from '../acl/acl.ts';
import { delegableFor } from '../acl/delegation.ts';
import type { Level } from '../acl/level.ts';
import type { Permissions, Phase, Workflow } from './permissions.ts';

/** An entry as it is to be granted. */
export interface DraftEntry {
  readonly principal: AclPrincipal;
  readonly level: Level;
  readonly delegable: Delegable | null;
  readonly expiresAt: string | null;
  readonly reason: string | null;
}

/** The access list that a phase asks for. `defaultPolicy` null: what is set elsewhere, for agents and installation. */
export interface AclDraft {
  readonly defaultPolicy: 'open' | 'closed' | null;
  readonly defaultLevel: Level;
  readonly entries: readonly DraftEntry[];
}

/** What `open` means where nothing else is said. */
const OPEN_LEVEL: Level = 'read';
/** What the agent has that a phase is assigned to, unless it is named with something else. */
const ASSIGNED_LEVEL: Level = 'write';

/** The access list of one of the workflow's phases. */
export function draftAcl(phase: Phase, workflow: Pick<Workflow, 'agents' | 'phases'>): AclDraft {
  const assigned = agentEntry(phase.assign, ASSIGNED_LEVEL);
  const { permissions } = phase;
  if (permissions === null) return { defaultPolicy: null, defaultLevel: OPEN_LEVEL, entries: [assigned] };
  const listed = permissions.allow.map(({ principal, level, delegate, expiresAt, reason }) => {
    const delegable = delegableOf(permissions, delegate);
    return { principal, level, delegable, expiresAt, reason };
  });
  const added: DraftEntry[] = [];
  const add = (entry: DraftEntry) => {
    const key = principalKey(entry.principal);
    if ([...listed, ...added].some(({ principal }) => principalKey(principal) === key)) return;
    added.push({ ...entry, delegable: delegableOf(permissions, false) });
  };
  if (permissions.policy !== 'listed') add(assigned);
  if (permissions.policy === 'restricted' && permissions.default !== null)
    for (const id of agentsOf(workflow)) add(agentEntry(id, permissions.default));
  return { ...unlisted(permissions), entries: [...listed, ...added] };
}

/** The agents of a workflow: those that it declares, and those that it gives work to. */
export function agentsOf({ agents, phases }: Pick<Workflow, 'agents' | 'phases'>): ReadonlySet<string> {
  return new Set([...agents.keys(), ...phases.map(({ assign }) => assign)]);
}

function unlisted({ policy, default: level }: Permissions): Pick<AclDraft, 'defaultPolicy' | 'defaultLevel'> {
  const isOpen = policy === 'open' || (policy === 'scoped' && level !== null);
  return { defaultPolicy: isOpen ? 'open' : 'closed', defaultLevel: (isOpen && level) || OPEN_LEVEL };
}

function agentEntry(id: string, level: Level): DraftEntry {
  return { principal: { kind: 'agent', id }, level, delegable: null, expiresAt: null, reason: null };
}

/** A rule for the whole phase holds for everybody named; the grant `delegate` for one of them, once. */
function delegableOf({ delegate }: Permissions, granted: boolean): Delegable | null {
  if (delegate) {
    const { maxDepth, to, level } = delegate;
    return delegableFor({ maxDepth, to: to ?? undefined, level: level ?? undefined });
  }
  return granted ? { maxDepth: 1 } : null;
}
