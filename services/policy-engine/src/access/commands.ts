import type {
  AclEntry,
  AclPrincipal,
  AclState,
  Delegable,
  Delegation,
  Gone,
  Granter,
  Level,
} from '@countersign/access';
import type { Personal } from '@countersign/event-sourcing';
import type { Actor } from '../policy/events.ts';

/** Who changes a list, with what of it counts for nobody any more: the list's own events do not tell. */
export interface ListGranter extends Granter {
  readonly gone: Gone;
}

/** An entry as somebody wants it. `expiresAt` left out: for as long as who grants it may. */
export interface Wanted {
  readonly id: string;
  readonly principal: AclPrincipal;
  readonly level: Level;
  readonly delegable: Delegable | null;
  readonly expiresAt: string | null | undefined;
}

/** Begins the list of a new resource. */
export interface Create {
  readonly kind: 'create';
  readonly list: AclState;
  readonly by: Actor;
  readonly personal: Personal;
}

/** Adds an entry, by an administrator. Personal: the reason. */
export interface Grant {
  readonly kind: 'grant';
  readonly by: ListGranter;
  readonly wanted: Wanted;
  /** RFC 3339 UTC. */
  readonly at: string;
  readonly personal: Personal;
}

/** Hands on what the caller holds, never more. */
export interface Delegate {
  readonly kind: 'delegate';
  readonly by: ListGranter;
  readonly id: string;
  readonly wanted: Delegation;
  readonly at: string;
  readonly personal: Personal;
}

/** Adds what has been decided elsewhere, by whom it was asked of; the id makes it once, whatever has become of it since. */
export interface Award {
  readonly kind: 'award';
  readonly by: Actor;
  readonly entry: AclEntry;
  readonly personal: Personal;
}

/** Ends an entry and what was delegated from it. Personal: the reason. */
export interface Revoke {
  readonly kind: 'revoke';
  readonly by: ListGranter;
  readonly entryId: string;
  readonly at: string;
  readonly personal: Personal;
}

/** Puts a whole list in the place of the present one. */
export interface Replace {
  readonly kind: 'replace';
  readonly by: ListGranter;
  readonly terms: { readonly defaultPolicy: AclState['defaultPolicy']; readonly defaultLevel: Level };
  readonly wanted: readonly Wanted[];
  readonly at: string;
  readonly personal: Personal;
}

/** Ends what has run out by `at`. */
export interface Expire {
  readonly kind: 'expire';
  readonly at: string;
}

/** Everything that can be asked of an access list. */
export type AccessCommand = Create | Grant | Delegate | Award | Revoke | Replace | Expire;
