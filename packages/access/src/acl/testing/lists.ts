import type { AclEntry, AclState } from '../acl.ts';

/** An entry for the agent `worker` to read, for good; what a test is about stands in `given`. */
export function entryOf(given: Partial<AclEntry> = {}): AclEntry {
  return {
    id: 'entry-1',
    principal: { kind: 'agent', id: 'worker' },
    level: 'read',
    delegable: null,
    parent: null,
    grantedBy: { kind: 'agent', id: 'creator' },
    grantedAt: '2026-11-21T11:00:00.000Z',
    expiresAt: null,
    ...given,
  };
}

/** The list of a work intent that the agent `creator` made; closed unless told otherwise. */
export function listOf(given: Partial<AclState> = {}): AclState {
  return {
    resource: { kind: 'intent', id: 'intent-1' },
    namespace: null,
    creator: { kind: 'agent', id: 'creator' },
    defaultPolicy: 'closed',
    defaultLevel: 'read',
    entries: [],
    ...given,
  };
}
