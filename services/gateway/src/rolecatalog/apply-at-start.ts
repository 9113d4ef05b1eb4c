import type { RoleCatalog } from '@countersign/access';
import { FIRST_ORGANIZATION } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, describeStoreError, type Position } from '@countersign/event-store';
import { edgeMetadata, type ServiceDependencies } from '@countersign/service';
import type { AppliedRoles, ApplyRoleCatalog } from './decide.ts';
import type { ControlsSource } from './events.ts';

/** The one catalog of the installation. */
export const ROLE_CATALOG = streamName('rolecatalog', 'installation');

/** Roles belong to the installation; their events stand with the organization that every installation has. */
export const rolesMetadata = (service: Pick<ServiceDependencies, 'clock' | 'ids'>) =>
  edgeMetadata(service, { organization: FIRST_ORGANIZATION });

/** The roles that a start puts in force. */
export interface RoleSettings {
  readonly roles: RoleCatalog;
  readonly rolesSource: ControlsSource;
}

/**
 * Puts the roles of the settings in force where they are not. Tells the position of the event, 0 where there was none to write.
 * @throws Error if the ledger does not take it: the service can't start
 */
export async function applyRolesAtStart(
  service: Pick<ServiceDependencies, 'clock' | 'ids'>,
  roleCatalogs: CommandHandler<AppliedRoles, ApplyRoleCatalog, never>,
  { roles, rolesSource }: RoleSettings,
): Promise<Position> {
  const handled = await roleCatalogs.handle(
    ROLE_CATALOG,
    { kind: 'apply', source: rolesSource, roles, by: { kind: 'system', id: 'countersign' } },
    rolesMetadata(service),
  );
  if (handled.kind === 'failed') throw new Error(describeStoreError(handled.error));
  return handled.kind === 'handled' ? handled.position : 0;
}
