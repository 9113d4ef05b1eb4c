import { concernsInstallation, concernsOrganization } from '@countersign/access';
import type { RouteDefinition } from '@countersign/contracts';

/** Where a route's permission must be held: what the matrix of tests expects and what the documentation says. */
export type HeldAt = 'installation' | 'organization' | 'workspace' | 'place';

/** Where the permission of a route counts, by what the permission is about. */
export function heldAt({ permission, inProject }: Pick<RouteDefinition, 'permission' | 'inProject'>): HeldAt {
  if (permission === undefined) return 'place';
  if (concernsInstallation(permission)) return 'installation';
  if (concernsOrganization(permission)) return 'organization';
  return inProject ? 'place' : 'workspace';
}

const IN_WORDS: Readonly<Record<HeldAt, string>> = {
  installation: 'the installation',
  organization: 'the organization',
  workspace: 'the organization',
  place: 'where it is',
};

/** Who may, in words; `null` for a route of which nothing is said. */
export function whoMay({ open, permission, access, ownCalls, flag }: RouteDefinition): string | null {
  if (open) return 'anybody, without a key';
  const who = permission === undefined ? access : `\`${permission}\``;
  if (who === undefined) return null;
  const own = ownCalls ? '; agents and services for their own calls' : '';
  return `${who}${own}${flag ? `; on plans with the flag \`${flag}\`` : ''}`;
}

/** The table of all routes for the documentation. */
export function routeTable(all: readonly RouteDefinition[]): string {
  const rows = all.map((route) => {
    const where = route.permission === undefined ? '' : IN_WORDS[heldAt(route)];
    return `| \`${route.method} ${route.path}\` | ${whoMay(route)} | ${where} |`;
  });
  return `# Who may call which route

Generated from the routes of the contract, and true: a test asks every route as everybody. A role counts where it is held and
below: a permission that is needed in the organization is held at it, or at its only workspace; one that is needed *where it is*,
at the project of what the request is about, at the project's workspace or at the organization. Without a good key the answer is 401; without the permission 403, which names it as \`required_permission\`; on a plan without the
flag of the route 403, which names the flag, whoever asks; what a caller may not see is 404.

| route | who may | the permission is held at |
|---|---|---|
${rows.join('\n')}
`;
}
