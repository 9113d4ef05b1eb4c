import { type AclEntry, recordOf } from '@countersign/access';
import type { AccessCommand, Delegate, Wanted } from '../access/commands.ts';
import type { AccessEvent } from '../access/events.ts';
import { agent, entry, granter, LATER, LATEST, NOON, RESOURCE, UNSEALED } from './lists.ts';

/* What is done with a list at noon, what comes of it, and who has which entry of it. */
const at = NOON;
export const personal = UNSEALED;
export const by = (id: string) => ({ kind: 'agent', id }) as const;

export const grant = (from: string, what: Wanted): AccessCommand => ({
  kind: 'grant',
  by: granter(from),
  wanted: what,
  at,
  personal,
});
export const granted = (from: string, given: AclEntry): AccessEvent => ({
  type: 'acl-granted.v1',
  data: { resource: RESOURCE, entry: recordOf(given), by: by(from) },
  personal,
});
export const revoke = (from: string, entryId: string): AccessCommand => ({
  kind: 'revoke',
  by: granter(from),
  entryId,
  at,
  personal,
});
export const ended = (...entries: AclEntry[]) =>
  entries.map(({ id, principal, level }) => ({ id, principal, level }));
export const revoked = (from: string, ...entries: AclEntry[]): AccessEvent => ({
  type: 'acl-revoked.v1',
  data: { resource: RESOURCE, ended: ended(...entries), by: by(from) },
  personal,
});
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
export const replace = (from: string, ...entries: Wanted[]): AccessCommand => ({
  kind: 'replace',
  by: granter(from),
  terms: { defaultPolicy: 'closed', defaultLevel: 'read' },
  wanted: entries,
  at,
  personal,
});
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

export const admin = entry('chief', { level: 'admin' });
export const guest = entry('guest', { level: 'admin', expiresAt: LATER });
export const lead = entry('lead', { level: 'write', delegable: { maxDepth: 2 }, expiresAt: LATEST });
export const handedOn = (from: AclEntry, to: string, given: Partial<AclEntry> = {}) =>
  entry(`${from.principal.id}-${to}`, {
    principal: agent(to),
    parent: from.id,
    grantedBy: from.principal,
    expiresAt: from.expiresAt,
    ...given,
  });
