import type { AclEntry, AclPrincipal, AclResource, AclState, Delegable } from './acl.ts';
import type { Level } from './level.ts';

/** The right to hand an entry on as events carry it; without `to` to anybody, without `level` as much as the entry grants. */
export interface DelegableRecord {
  readonly max_depth: number | null;
  readonly to?: readonly string[] | undefined;
  readonly level?: Level | undefined;
}

/** An entry as events carry it. */
export interface EntryRecord {
  readonly id: string;
  readonly principal: AclPrincipal;
  readonly level: Level;
  readonly delegable: DelegableRecord | null;
  readonly parent: string | null;
  readonly granted_by: AclPrincipal;
  readonly granted_at: string;
  readonly expires_at: string | null;
}

/** An entry that has ended, as events carry it: what was lost, and by whom. */
export type EndedRecord = Pick<EntryRecord, 'id' | 'principal' | 'level'>;

/** What the events of a list say, by the second half of their name. Fields that others read stay out of here. */
export type AclChange =
  | {
      readonly kind: 'created';
      readonly data: {
        readonly resource: AclResource;
        readonly namespace: string | null;
        readonly creator: AclPrincipal;
        readonly default_policy: AclState['defaultPolicy'];
        readonly default_level: Level;
        readonly entries: readonly EntryRecord[];
      };
    }
  | { readonly kind: 'granted'; readonly data: { readonly entry: EntryRecord } }
  | { readonly kind: 'revoked' | 'expired'; readonly data: { readonly ended: readonly EndedRecord[] } }
  | {
      readonly kind: 'replaced';
      readonly data: {
        readonly default_policy: AclState['defaultPolicy'];
        readonly default_level: Level;
        readonly entries: readonly EntryRecord[];
      };
    };

/** The list after one more event. Only the first event of a list makes one out of none. */
export function foldAcl(acl: AclState | null, { kind, data }: AclChange): AclState | null {
  if (kind === 'created') {
    const { resource, namespace, creator } = data;
    return { resource, namespace, creator, ...termsOf(data) };
  }
  if (acl === null) return null;
  switch (kind) {
    case 'granted':
      return { ...acl, entries: [...acl.entries, entryFrom(data.entry)] };
    case 'replaced':
      return { ...acl, ...termsOf(data) };
    default: {
      const ended = new Set(data.ended.map(({ id }) => id));
      return { ...acl, entries: acl.entries.filter(({ id }) => !ended.has(id)) };
    }
  }
}

/** Those entries and everything that was delegated from them, in the order of the list. */
export function withDelegated(acl: AclState, ids: Iterable<string>): readonly AclEntry[] {
  const ended = new Set(ids);
  // A parent stands before its children: an entry is delegated from one that is there.
  for (const { id, parent } of acl.entries) if (parent !== null && ended.has(parent)) ended.add(id);
  return acl.entries.filter(({ id }) => ended.has(id));
}

/** An entry as events write it. */
export function recordOf(entry: AclEntry): EntryRecord {
  const { id, principal, level, delegable, parent, grantedBy, grantedAt, expiresAt } = entry;
  return {
    id,
    principal,
    level,
    delegable: delegable && delegableRecord(delegable),
    parent,
    granted_by: grantedBy,
    granted_at: grantedAt,
    expires_at: expiresAt,
  };
}

/** An entry as events wrote it. */
export function entryFrom(record: EntryRecord): AclEntry {
  const { id, principal, level, delegable, parent, granted_by, granted_at, expires_at } = record;
  return {
    id,
    principal,
    level,
    delegable: delegable && delegableFrom(delegable),
    parent,
    grantedBy: granted_by,
    grantedAt: granted_at,
    expiresAt: expires_at,
  };
}

function delegableRecord({ maxDepth, ...limits }: Delegable): DelegableRecord {
  return { max_depth: maxDepth, ...limits };
}

function delegableFrom({ max_depth, ...limits }: DelegableRecord): Delegable {
  return { maxDepth: max_depth, ...limits };
}

function termsOf(data: {
  readonly default_policy: AclState['defaultPolicy'];
  readonly default_level: Level;
  readonly entries: readonly EntryRecord[];
}): Pick<AclState, 'defaultPolicy' | 'defaultLevel' | 'entries'> {
  const { default_policy: defaultPolicy, default_level: defaultLevel, entries } = data;
  return { defaultPolicy, defaultLevel, entries: entries.map(entryFrom) };
}
