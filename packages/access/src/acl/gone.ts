import type { AclState } from './acl.ts';
import { withDelegated } from './record.ts';

/** What of a list counts for nobody, because whom it names was removed since: who has the id now is somebody else. */
export interface Gone {
  readonly entries: ReadonlySet<string>;
  readonly creator: boolean;
}

/** Of a list in which everybody is still there. */
export const NOTHING_GONE: Gone = { entries: new Set(), creator: false };

/** What is left of a list: without what is gone, and without all that was delegated from it. */
export function withoutGone(acl: AclState, { entries, creator }: Gone): AclState {
  const ended = new Set(withDelegated(acl, entries));
  const left = ended.size === 0 ? acl : { ...acl, entries: acl.entries.filter((entry) => !ended.has(entry)) };
  return creator ? { ...left, creatorLeft: true } : left;
}
