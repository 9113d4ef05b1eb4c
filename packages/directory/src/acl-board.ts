import { type AclChange, type AclResource, type AclState, foldAcl } from '@countersign/access';
import type { Message } from '@countersign/message-bus';

/** The topic that the board is folded from, and what of it concerns it. */
export const ACL_TOPICS = ['agent.control'] as const;
export const ACL_TYPES = [
  'acl.created',
  'acl.granted',
  'acl.revoked',
  'acl.expired',
  'acl.replaced',
] as const;

/** What each event is to a list. */
const CHANGES: { readonly [type: string]: AclChange['kind'] } = {
  'acl.created': 'created',
  'acl.granted': 'granted',
  'acl.revoked': 'revoked',
  'acl.expired': 'expired',
  'acl.replaced': 'replaced',
};

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

/** Every access list as the events up to now tell, in memory: each decision about a resource asks for one. */
export interface AclBoard {
  get(organization: string, resource: AclResource): AclState | undefined;
  /** Where an entry of a list was granted. */
  grantedIn(organization: string, resource: AclResource, entryId: string): GrantedIn | undefined;
  /** The last event of a list. */
  last(organization: string, resource: AclResource): Message | undefined;
  /**
   * The list that an event left, as far as it is still known: without what was granted later. Where the whole list has
   * been replaced since, the unlisted have nothing in it. Undefined for what is no event of a list.
   */
  after(message: Message): AclState | undefined;
  /** Lists with an entry that has run out and is not recorded as ended, the longest overdue first. */
  overdue(atMs: number, limit: number): readonly OverdueList[];
  /** Folds one event; repeated ones and foreign types change nothing. */
  apply(message: Message): void;
}

interface Known {
  readonly acl: AclState;
  readonly last: Message;
  /** Sequence of the last event that put a whole list in the place of another. */
  readonly replacedAt: number;
  /** Sequence of the event that each entry came with. */
  readonly origins: ReadonlyMap<string, number>;
}

export function createAclBoard(): AclBoard {
  const lists = new Map<string, Known>();
  /** The first end in each list that has one. */
  const ends = new Map<string, number>();
  const keyOf = (organization: string, { kind, id }: AclResource) => `${organization}:${kind}:${id}`;

  return {
    get: (organization, resource) => lists.get(keyOf(organization, resource))?.acl,
    grantedIn(organization, resource, entryId) {
      const known = lists.get(keyOf(organization, resource));
      const sequence = known?.origins.get(entryId);
      return known && sequence !== undefined ? { subject: known.last.subject, sequence } : undefined;
    },
    last: (organization, resource) => lists.get(keyOf(organization, resource))?.last,
    after(message) {
      const change = changeOf(message);
      const known = change && lists.get(keyOf(message.organization, resourceOf(message)));
      if (!change || !known) return undefined;
      if (change.kind === 'created' || change.kind === 'replaced')
        return foldAcl(known.acl, change) ?? undefined;
      const entries = known.acl.entries.filter(({ id }) => (known.origins.get(id) ?? 0) <= message.sequence);
      const terms = known.replacedAt > message.sequence ? { defaultPolicy: 'closed' as const } : {};
      return { ...known.acl, ...terms, entries };
    },
    overdue(atMs, limit) {
      const due: { readonly key: string; readonly dueAt: number }[] = [];
      for (const [key, dueAt] of ends) if (dueAt <= atMs) due.push({ key, dueAt });
      due.sort((one, other) => one.dueAt - other.dueAt);
      return due.slice(0, limit).flatMap(({ key, dueAt }) => {
        const known = lists.get(key);
        return known ? [{ organization: known.last.organization, resource: known.acl.resource, dueAt }] : [];
      });
    },
    apply(message) {
      const change = changeOf(message);
      if (!change) return;
      const { organization, sequence } = message;
      const key = keyOf(organization, resourceOf(message));
      const known = lists.get(key);
      if ((known?.last.sequence ?? 0) >= sequence) return;
      const acl = foldAcl(known?.acl ?? null, change);
      if (!acl) return;
      const origins = new Map(acl.entries.map(({ id }) => [id, known?.origins.get(id) ?? sequence]));
      const replacedAt = change.kind === 'replaced' ? sequence : (known?.replacedAt ?? 0);
      lists.set(key, { acl, last: message, replacedAt, origins });
      const first = firstEnd(acl);
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
