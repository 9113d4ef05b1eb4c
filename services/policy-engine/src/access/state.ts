import { type AclChange, type AclState, foldAcl } from '@countersign/access';
import type { AccessEvent } from './events.ts';

/** The list of one resource; `null` while there is none. */
export interface Access {
  readonly acl: AclState | null;
}

/** Before the first event of an access list. */
export const initialState: Access = { acl: null };

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
  return { acl: foldAcl(state.acl, { kind: CHANGES[event.type], data: event.data } as AclChange) };
}
