import { type RoleCatalog, rolesHash } from '@countersign/access';
import type { Decider } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { ControlsSource, RoleCatalogEvent } from './events.ts';

/** Puts a catalog in force. It was checked before. */
export interface ApplyRoleCatalog {
  readonly kind: 'apply';
  readonly source: ControlsSource;
  readonly roles: RoleCatalog;
  readonly by: Actor;
}

/** What is in force; nothing before it was applied. */
export interface AppliedRoles {
  readonly source: ControlsSource | null;
  readonly hash: string | null;
}

function decide(command: ApplyRoleCatalog, applied: AppliedRoles): readonly RoleCatalogEvent[] {
  const { source, roles, by } = command;
  // What somebody has published stays until the settings say otherwise.
  if (source === 'defaults' && applied.source === 'api') return [];
  const hash = rolesHash(roles);
  if (applied.hash === hash && (source === 'api' || source === applied.source)) return [];
  return [{ type: 'role-catalog-applied.v1', data: { source, roles, hash, by } }];
}

/** The same roles from the same source change nothing. */
export const roleCatalog: Decider<AppliedRoles, ApplyRoleCatalog, RoleCatalogEvent> = {
  initial: { source: null, hash: null },
  evolve: (state, event) =>
    event.type === 'role-catalog-applied.v1' ? { source: event.data.source, hash: event.data.hash } : state,
  decide,
};
