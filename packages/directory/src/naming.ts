import { type AclPrincipal, type AclState, principalKey } from '@countersign/access';

const NOBODY: ReadonlySet<string> = new Set();

/** Which lists say a name, kept as they change. */
export interface Naming {
  /** Keys of the lists whose events name somebody. */
  of(organization: string, principal: AclPrincipal): ReadonlySet<string>;
  /** A list is another one from here on. */
  change(organization: string, key: string, before: AclState | undefined, after: AclState): void;
}

/** Empty; each list is made known by its changes. */
export function createNaming(): Naming {
  const lists = new Map<string, Set<string>>();
  return {
    of: (organization, principal) => lists.get(`${organization}:${principalKey(principal)}`) ?? NOBODY,
    change(organization, key, before, after) {
      const [had, has] = [namesIn(before), namesIn(after)];
      for (const one of had) {
        if (has.has(one)) continue;
        const saying = lists.get(`${organization}:${one}`);
        saying?.delete(key);
        if (saying?.size === 0) lists.delete(`${organization}:${one}`);
      }
      for (const one of has) {
        if (had.has(one)) continue;
        const name = `${organization}:${one}`;
        lists.set(name, (lists.get(name) ?? new Set()).add(key));
      }
    },
  };
}

function namesIn(list: AclState | undefined): ReadonlySet<string> {
  if (!list) return NOBODY;
  return new Set([list.creator, ...list.entries.map(({ principal }) => principal)].map(principalKey));
}
