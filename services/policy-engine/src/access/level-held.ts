import type { AclResource, Level, Principal } from '@countersign/access';
import type { AccessRights } from '@countersign/directory';
import type { Allows } from '@countersign/http';

/** What somebody holds on a resource at a moment, by a list or by a role; `null` for nothing, also where there is none. */
export type LevelHeld = (principal: Principal, resource: AclResource, atMs: number) => Level | null;

/** Who is disabled holds nothing; who may manage all work intents administers each that there is. */
export function createLevelHeld(
  rights: Pick<AccessRights, 'isDisabled' | 'levelOn'>,
  allows: Allows,
): LevelHeld {
  return (principal, resource, atMs) => {
    const { organization, kind, id } = principal;
    if (rights.isDisabled(organization, { kind, id })) return null;
    const level = rights.levelOn(organization, resource, { kind, id }, atMs);
    if (level === undefined) return null;
    return allows(principal, 'manage_intents') ? 'admin' : level;
  };
}
