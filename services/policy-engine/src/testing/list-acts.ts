import { type AclEntry, recordOf } from '@countersign/access';
import type { AccessCommand, Delegate, Wanted } from '../access/commands.ts';
import type { AccessEvent } from '../access/events.ts';
import { agent, entry, granter, LATER, LATEST, NOON, RESOURCE, UNSEALED } from './lists.ts';

/* What is done with a list at noon, what comes of it, and who has which entry of it. */
const at = NOON;
/** Nothing of these acts is sealed. */
export const personal = UNSEALED;
/** The agent as an actor. */
export const by = (id: string) => ({ kind: 'agent', id }) as const;

/** Somebody lets somebody in. */
export const grant = (from: string, what: Wanted): AccessCommand => ({
  kind: 'grant',
  by: granter(from),
  wanted: what,
  at,
  personal,
});
/** What comes of it. */
export const granted = (from: string, given: AclEntry): AccessEvent => ({
  type: 'acl-granted.v1',
  data: { resource: RESOURCE, entry: recordOf(given), by: by(from) },
  personal,
});
/** Somebody ends an entry. */
export const revoke = (from: string, entryId: string): AccessCommand => ({
  kind: 'revoke',
  by: granter(from),
  entryId,
  at,
  personal,
});
/** Entries as events tell that they have ended. */
export const ended = (...entries: AclEntry[]) =>
  entries.map(({ id, principal, level }) => ({ id, principal, level }));
/** What comes of it. */
export const revoked = (from: string, ...entries: AclEntry[]): AccessEvent => ({
  type: 'acl-revoked.v1',
  data: { resource: RESOURCE, ended: ended(...entries), by: by(from) },
  personal,
});
/** Somebody hands on what they have. */
export const delegate = (
  from: string,
  to: string,
  given: Partial<Delegate['wanted']> = {},
): AccessCommand => ({
  kind: 'delegate',
  by: granter(from),
  id: `${from}-${to}`,
  wanted: { to: agent(to), level: 'read', ...given },
  at,
  personal,
});
/** Somebody sets a closed list in the place of this one. */
export const replace = (from: string, ...entries: Wanted[]): AccessCommand => ({
  kind: 'replace',
  by: granter(from),
  terms: { defaultPolicy: 'closed', defaultLevel: 'read' },
  wanted: entries,
  at,
  personal,
});
/** What comes of it. */
export const replaced = (
  from: string,
  all: AclEntry[],
  added: AclEntry[],
  gone: AclEntry[],
): AccessEvent => ({
  type: 'acl-replaced.v1',
  data: {
    resource: RESOURCE,
    default_policy: 'closed',
    default_level: 'read',
    entries: all.map(recordOf),
    added: added.map(({ id }) => id),
    ended: ended(...gone),
    by: by(from),
  },
  personal,
});

/** Administers for good. */
export const admin = entry('chief', { level: 'admin' });
/** Administers for an hour. */
export const guest = entry('guest', { level: 'admin', expiresAt: LATER });
/** May write, and hand it on over two hops. */
export const lead = entry('lead', { level: 'write', delegable: { maxDepth: 2 }, expiresAt: LATEST });
/** An entry delegated from another. */
export const handedOn = (from: AclEntry, to: string, given: Partial<AclEntry> = {}) =>
  entry(`${from.principal.id}-${to}`, {
    principal: agent(to),
    parent: from.id,
    grantedBy: from.principal,
    expiresAt: from.expiresAt,
    ...given,
  });
