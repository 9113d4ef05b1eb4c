import type { AclEntry, AclPrincipal, AclState } from '@countersign/access';
import { NOTHING_GONE, NOTHING_HELD, recordOf } from '@countersign/access';
import type { Personal } from '@countersign/event-sourcing';
import type { ListGranter, Wanted } from '../access/commands.ts';
import type { AccessEvent } from '../access/events.ts';

/** When everything is asked. */
export const NOON = '2026-11-21T12:00:00.000Z';
/** An hour after it. */
export const LATER = '2026-11-21T13:00:00.000Z';
/** Two hours after it. */
export const LATEST = '2026-11-21T14:00:00.000Z';

/** No erasable fields. */
export const UNSEALED: Personal = { subject: 'alice', retention: 'standard', disclosures: [] };

/** An agent by its id. */
export const agent = (id: string): AclPrincipal => ({ kind: 'agent', id });

/** The work intent whose list it is. */
export const RESOURCE = { kind: 'intent', id: 'intent-1' } as const;

/** Somebody who asks, without groups, defaults or roles, unless they are given. */
export function granter(id: string, more: Partial<ListGranter> = {}): ListGranter {
  return {
    principal: agent(id),
    groups: [],
    fallback: NOTHING_HELD,
    administersAll: false,
    gone: NOTHING_GONE,
    ...more,
  };
}

/** An entry by the creator; `id` is also the agent that it names. */
export function entry(id: string, given: Partial<AclEntry> = {}): AclEntry {
  return {
    id,
    principal: agent(id),
    level: 'read',
    delegable: null,
    parent: null,
    grantedBy: agent('creator'),
    grantedAt: NOON,
    expiresAt: null,
    ...given,
  };
}

/** What somebody wants for the agent of that id. */
export function wanted(id: string, given: Partial<Wanted> = {}): Wanted {
  return { id, principal: agent(id), level: 'read', delegable: null, expiresAt: undefined, ...given };
}

/** A closed list of these entries. */
export function listOf(entries: readonly AclEntry[] = [], given: Partial<AclState> = {}): AclState {
  return {
    resource: RESOURCE,
    namespace: null,
    creator: agent('creator'),
    defaultPolicy: 'closed',
    defaultLevel: 'read',
    entries,
    ...given,
  };
}

/** The event that begins such a list. */
export function created(entries: readonly AclEntry[] = [], given: Partial<AclState> = {}): AccessEvent {
  const { resource, namespace, creator, defaultPolicy, defaultLevel } = listOf(entries, given);
  return {
    type: 'acl-created.v1',
    data: {
      resource,
      namespace,
      creator,
      default_policy: defaultPolicy,
      default_level: defaultLevel,
      entries: entries.map(recordOf),
      by: { kind: 'agent', id: creator.id },
    },
    personal: UNSEALED,
  };
}
