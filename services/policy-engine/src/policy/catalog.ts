import type { Message } from '@countersign/message-bus';
import {
  compilePolicySet,
  type Policy,
  type PolicyActivation,
  type PolicySet,
  parsePublishedPolicy,
} from '@countersign/policy';
import type { PolicyActivated, PolicyEvent, PolicyPublished, PolicyScope } from './events.ts';
import { type ActiveVersion, activeAfter, type PolicyState, scopeKey } from './state.ts';

/** A published version as its event holds it. */
export interface StoredVersion {
  readonly published: PolicyPublished['data'];
  readonly createdAt: string;
}

/** Reads the event at a place of the stream of an organization's policy. Rejects when it can't be read. */
export type ReadVersion = (organization: string, id: string, sequence: number) => Promise<StoredVersion>;

/** A published version, and where in the policy's stream its texts stand. */
interface CatalogVersion {
  readonly version: number;
  readonly digest: string;
  readonly sequence: number;
}

/** One policy of one organization: its versions, and which of them are or were in force. */
export interface CatalogEntry {
  readonly id: string;
  readonly organization: string;
  readonly versions: readonly CatalogVersion[];
  /** The versions in force, by the key of their scope. */
  readonly active: PolicyState['active'];
  /** Versions that have been enforced in a scope, by its key, the latest last; none once it was deactivated there. */
  readonly enforced: ReadonlyMap<string, readonly number[]>;
  readonly updatedAt: string;
}

/**
 * All policies of all organizations as the events tell, and what is in force for each, compiled. Texts are read when they are
 * asked for: of many versions nearly none ever is.
 */
export interface PolicyCatalog {
  /** The set in force for an organization; read and compiled when it is first asked for after a change. */
  inForce(organization: string): Promise<PolicySet>;
  entry(organization: string, id: string): CatalogEntry | undefined;
  /** Sorted by id. */
  entries(organization: string): CatalogEntry[];
  /** A version of an entry with its texts; rejects where there is none. */
  read(entry: CatalogEntry, version: number): Promise<StoredVersion>;
  apply(message: Message): void;
}

/** Public names to stored ones: the fold is the aggregate's own. */
const STORED: { readonly [type: string]: PolicyEvent['type'] } = {
  'policy.published': 'policy-published.v1',
  'policy.activated': 'policy-activated.v1',
  'policy.deactivated': 'policy-deactivated.v1',
};

/** What the catalog is folded from. */
export const POLICY_TYPES: readonly string[] = Object.keys(STORED);

/**
 * @param onUnusable told when an activated version can't be compiled any more (after a change of the language): the
 * latest one that was enforced there before it and can be is used in its place, never one that nobody put in force.
 * Where there is none, everything in its scope is denied: what it would have refused is not known.
 */
export function createPolicyCatalog(
  readVersion: ReadVersion,
  onUnusable: (policy: string, version: number, why: string) => void,
): PolicyCatalog {
  const entries = new Map<string, CatalogEntry>();
  const compiled = new Map<string, Promise<PolicySet>>();
  const seen = new Map<string, number>();

  const read = async ({ organization, id, versions }: CatalogEntry, version: number) => {
    const found = versions[version - 1];
    if (!found) throw new Error(`policy ${id} of ${organization} has no version ${version}`);
    return readVersion(organization, id, found.sequence);
  };

  /** The active version, or the latest one enforced there before it that still compiles. */
  const usable = async (entry: CatalogEntry, active: ActiveVersion): Promise<Policy> => {
    const before = entry.enforced.get(scopeKey(active.scope)) ?? [];
    for (const version of new Set([active.version, ...before.toReversed()])) {
      const { published } = await read(entry, version);
      const parsed = parsePublishedPolicy(published.text);
      if (parsed.ok) return parsed.policy;
      onUnusable(entry.id, version, parsed.errors[0]?.message ?? 'it does not compile');
    }
    return refusingEverything(entry.id);
  };

  /** What is in force now, whatever happens while it is read: an event that stands is the same for ever. */
  const compile = async (organization: string): Promise<PolicySet> => {
    const found: Promise<PolicyActivation>[] = [];
    for (const entry of entries.values()) {
      for (const active of entry.active.values()) {
        // A policy without a scope holds in the whole installation; any other only in its own organization.
        if (!isEverywhere(active.scope) && entry.organization !== organization) continue;
        const { mode, scope, floor } = active;
        found.push(usable(entry, active).then((policy) => ({ policy, mode, scope, floor })));
      }
    }
    return compilePolicySet(await Promise.all(found));
  };

  return {
    inForce(organization) {
      const known = compiled.get(organization);
      if (known) return known;
      const set = compile(organization);
      compiled.set(organization, set);
      // What could not be read now is read again when it is next asked for.
      set.catch(() => compiled.get(organization) === set && compiled.delete(organization));
      return set;
    },
    read,
    entry: (organization, id) => entries.get(`${organization}:${id}`),
    entries: (organization) =>
      [...entries.values()]
        .filter((entry) => entry.organization === organization)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    apply(message) {
      const type = STORED[message.type];
      if (type === undefined || (seen.get(message.subject) ?? 0) >= message.sequence) return;
      seen.set(message.subject, message.sequence);
      const data = message.data as unknown as PolicyPublished['data'];
      const key = `${message.organization}:${data.policy_id}`;
      const known = entries.get(key);
      const event = { type, data } as PolicyEvent;
      const { organization, sequence, time } = message;
      entries.set(key, {
        id: data.policy_id,
        organization,
        versions: versionsAfter(known?.versions ?? [], event, sequence),
        active: activeAfter(known?.active ?? new Map(), event),
        enforced: enforcedAfter(known?.enforced ?? new Map(), event),
        updatedAt: time,
      });
      if (type === 'policy-published.v1') return;
      if (isEverywhere((message.data as unknown as PolicyActivated['data']).scope)) compiled.clear();
      else compiled.delete(message.organization);
    },
  };
}

function versionsAfter(
  versions: CatalogEntry['versions'],
  { type, data }: PolicyEvent,
  sequence: number,
): CatalogEntry['versions'] {
  if (type !== 'policy-published.v1') return versions;
  return [...versions, { version: data.version, digest: data.digest, sequence }];
}

function enforcedAfter(enforced: CatalogEntry['enforced'], event: PolicyEvent): CatalogEntry['enforced'] {
  if (event.type === 'policy-published.v1') return enforced;
  const { scope, version, mode } = event.data;
  const key = scopeKey(scope);
  if (event.type === 'policy-deactivated.v1') return new Map([...enforced].filter(([one]) => one !== key));
  if (mode === 'shadow') return enforced;
  return new Map(enforced).set(key, [...(enforced.get(key) ?? []), version]);
}

/** The empty scope is the whole installation. */
export function isEverywhere(scope: PolicyScope): boolean {
  return scopeKey(scope) === scopeKey({});
}

/** Stands in for a policy of which no version compiles. */
function refusingEverything(id: string): Policy {
  const rule = { id: 'unusable', mode: 'enforce', match: { tools: ['*'] }, effect: 'deny' } as const;
  return { policy: id, schema: 'call/1', variables: [], rules: [rule] };
}
