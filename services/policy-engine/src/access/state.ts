import { type AclChange, type AclState, foldAcl } from '@countersign/access';
import type { AccessEvent } from './events.ts';

/** The list of one resource. */
export interface Access {
  /** `null` while there is none. */
  readonly acl: AclState | null;
  /** Entries that were added one by one, also those that have ended since: what adds one may be told again at any time. */
  readonly added: Added | null;
}

/** The id of an added entry, before the one that was added next. A chain: one more costs the same in a list of any age. */
interface Added {
  readonly id: string;
  readonly before: Added | null;
}

/** Before the first event of an access list. */
export const initialState: Access = { acl: null, added: null };

/** Whether an entry is or was in the list after it was added by itself. */
export function wasAdded({ added }: Access, entryId: string): boolean {
  for (let one = added; one; one = one.before) if (one.id === entryId) return true;
  return false;
}

/** What each stored event is to a list. */
const CHANGES: { readonly [Type in AccessEvent['type']]: AclChange['kind'] } = {
  'acl-created.v1': 'created',
  'acl-granted.v1': 'granted',
  'acl-revoked.v1': 'revoked',
  'acl-expired.v1': 'expired',
  'acl-replaced.v1': 'replaced',
};

/** An access list after one event more; unknown ones change nothing. */
export function evolve(state: Access, event: AccessEvent): Access {
  if (!Object.hasOwn(CHANGES, event.type)) return state;
  const acl = foldAcl(state.acl, { kind: CHANGES[event.type], data: event.data } as AclChange);
  if (event.type !== 'acl-granted.v1') return { ...state, acl };
  return { acl, added: { id: event.data.entry.id, before: state.added } };
}
