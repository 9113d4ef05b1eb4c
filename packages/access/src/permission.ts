import { INSTALLATION_PERMISSIONS, type OWN_PERMISSIONS } from './roles/permission-slugs.ts';

/** What Countersign itself asks for. Tools may require others. */
export type Permission = (typeof OWN_PERMISSIONS)[number];

/** What concerns more than one organization: the installation owner's, whatever roles others hold. */
const INSTALLATION: ReadonlySet<string> = new Set(INSTALLATION_PERMISSIONS);

/** Whether a permission is the installation owner's alone. */
export function concernsInstallation(permission: string): boolean {
  return INSTALLATION.has(permission);
}

const ORGANIZATION_WIDE: ReadonlySet<string> = new Set<Permission>([
  'manage_users',
  'manage_keys',
  'manage_workspaces',
  'manage_intents',
]);

/** Whether a permission reaches beyond any workspace: a role that is held at one does not confer it. */
export function concernsOrganization(permission: string): boolean {
  return ORGANIZATION_WIDE.has(permission);
}
