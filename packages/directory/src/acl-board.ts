import {
  type AclChange,
  type AclPrincipal,
  type AclResource,
  type AclState,
  foldAcl,
  type Gone,
  isCreator,
  NOTHING_GONE,
  principalKey,
} from '@countersign/access';
import type { Message } from '@countersign/message-bus';
import { judge, type KnownList } from './known-list.ts';
import { createNaming } from './naming.ts';
import { createRemovals, REMOVAL_TYPES } from './removals.ts';

/** What each event is to a list. */
const CHANGES: { readonly [type: string]: AclChange['kind'] } = {
  'acl.created': 'created',
  'acl.granted': 'granted',
  'acl.revoked': 'revoked',
  'acl.expired': 'expired',
  'acl.replaced': 'replaced',
};

/** The topic that the board is folded from, and what of it concerns it. */
export const ACL_TOPICS = ['agent.control'] as const;
/** The events that make lists, and the removals that take somebody out of them. */
export const ACL_TYPES: readonly string[] = [...Object.keys(CHANGES), ...REMOVAL_TYPES];

/** The event that an entry came with: its erasable reason can be opened from there. */
export interface GrantedIn {
  readonly subject: string;
  readonly sequence: number;
}

/** A list in which something has run out. */
export interface OverdueList {
  readonly organization: string;
  readonly resource: AclResource;
  /** The first end that has passed, in ms since 1970. */
  readonly dueAt: number;
}

/**
 * Every access list as the events up to now tell, in memory: each decision about a resource asks for one. It grows with the
 * work intents and namespaces that were ever made (the README says how much), and forgets none: a list that is not there is no
 * list, and what no list is about protects nothing.
 */
export interface AclBoard {
  /** What counts of a list: without what names somebody who was removed since. */
  get(organization: string, resource: AclResource): AclState | undefined;
  /** Where an entry of a list was granted. */
  grantedIn(organization: string, resource: AclResource, entryId: string): GrantedIn | undefined;
  /** What does not count of the list that the events of a resource make. */
  gone(organization: string, resource: AclResource): Gone;
  /** The last event of a list, and the removals that took something out of it. */
  last(organization: string, resource: AclResource): readonly Message[];
  /** The last removal of somebody: who has the id since is somebody else. */
  removal(organization: string, principal: AclPrincipal): Message | undefined;
  /** Whether a list lets somebody in by their id, as its creator or by an entry: whoever gets the id gets that. */
  names(organization: string, principal: AclPrincipal): boolean;
  /** Lists with an entry that has run out and is not recorded as ended, the longest overdue first. */
  overdue(atMs: number, limit: number): readonly OverdueList[];
  /** Folds one event; repeated ones and foreign types change nothing. */
  apply(message: Message): void;
}

/** Most lists have neither; what each of very many holds counts. */
const NO_ORIGINS: KnownList['origins'] = new Map();
const NO_REMOVALS: KnownList['removals'] = new Map();

/** An empty board; give it every event of `ACL_TYPES` in order. */
export function createAclBoard(): AclBoard {
  const lists = new Map<string, KnownList>();
  const removals = createRemovals();
  /** The first end in each list that has one. */
  const ends = new Map<string, number>();
  /** The lists whose events name somebody. */
  const naming = createNaming();
  const keyOf = (organization: string, { kind, id }: AclResource) => `${organization}:${kind}:${id}`;

  /** Lists are many and removals few: each list is judged anew when it is asked for. */
  const find = (key: string): KnownList | undefined => {
    const known = lists.get(key);
    if (!known || known.judgedAt === removals.count()) return known;
    const judged = judge(known, known.removals, removals);
    lists.set(key, judged);
    return judged;
  };

  return {
    get: (organization, resource) => find(keyOf(organization, resource))?.acl,
    grantedIn(organization, resource, entryId) {
      const known = lists.get(keyOf(organization, resource));
      const origin = known?.origins.get(entryId);
      return known && origin && { subject: known.last.subject, sequence: origin.sequence };
    },
    gone: (organization, resource) => find(keyOf(organization, resource))?.gone ?? NOTHING_GONE,
    last(organization, resource) {
      const known = find(keyOf(organization, resource));
      return known ? [known.last, ...known.removals.values()] : [];
    },
    removal: removals.of,
    names(organization, principal) {
      const id = principalKey(principal);
      for (const key of naming.of(organization, principal)) {
        const acl = find(key)?.acl;
        if (
          acl &&
          (isCreator(acl, principal) || acl.entries.some((one) => principalKey(one.principal) === id))
        )
          return true;
      }
      return false;
    },
    overdue(atMs, limit) {
      const due: { readonly key: string; readonly dueAt: number }[] = [];
      for (const [key, dueAt] of ends) if (dueAt <= atMs) due.push({ key, dueAt });
      due.sort((one, other) => one.dueAt - other.dueAt);
      return due.slice(0, limit).flatMap(({ key, dueAt }) => {
        const known = lists.get(key);
        return known
          ? [{ organization: known.last.organization, resource: known.recorded.resource, dueAt }]
          : [];
      });
    },
    apply(message) {
      removals.apply(message);
      const change = changeOf(message);
      if (!change) return;
      const { organization, sequence, position } = message;
      const key = keyOf(organization, resourceOf(message));
      const known = find(key);
      if ((known?.last.sequence ?? 0) >= sequence) return;
      const recorded = foldAcl(known?.recorded ?? null, change);
      if (!recorded) return;
      const origin = { sequence, position };
      const origins =
        recorded.entries.length === 0
          ? NO_ORIGINS
          : new Map(recorded.entries.map(({ id }) => [id, known?.origins.get(id) ?? origin]));
      const begunAt = known?.begunAt ?? position;
      // Nobody opens a sealed field from here, and it may be larger than the list.
      const { sealed: _, ...last } = message;
      const list = { recorded, last, begunAt, origins };
      lists.set(key, judge(list, known?.removals ?? NO_REMOVALS, removals));
      naming.change(organization, key, known?.recorded, recorded);
      const first = firstEnd(recorded);
      if (first === null) ends.delete(key);
      else ends.set(key, first);
    },
  };
}

function changeOf({ type, data }: Message): AclChange | undefined {
  const kind = Object.hasOwn(CHANGES, type) ? CHANGES[type] : undefined;
  return kind && ({ kind, data } as unknown as AclChange);
}

function resourceOf({ data }: Message): AclResource {
  return (data as unknown as { readonly resource: AclResource }).resource;
}

function firstEnd({ entries }: AclState): number | null {
  let first: number | null = null;
  for (const { expiresAt } of entries) {
    const end = expiresAt === null ? null : Date.parse(expiresAt);
    if (end !== null && (first === null || end < first)) first = end;
  }
  return first;
}
