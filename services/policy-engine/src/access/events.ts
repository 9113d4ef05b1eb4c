import type {
  AclPrincipal,
  AclResource,
  AclState,
  EndedRecord,
  EntryRecord,
  Level,
} from '@countersign/access';
import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../policy/events.ts';

interface Terms {
  readonly default_policy: AclState['defaultPolicy'];
  /** What `open` grants. */
  readonly default_level: Level;
  /** All entries from here on. */
  readonly entries: readonly EntryRecord[];
}

/** Personal: reasons, of entries by their id. */
type AclCreated = DomainEvent<
  'acl-created.v1',
  Terms & {
    readonly resource: AclResource;
    readonly namespace: string | null;
    readonly creator: AclPrincipal;
    readonly by: Actor;
  }
>;

/** Personal: reason, payload (what a delegation hands over). */
type AclGranted = DomainEvent<
  'acl-granted.v1',
  { readonly resource: AclResource; readonly entry: EntryRecord; readonly by: Actor }
>;

/** `ended`: what was revoked, first, and everything delegated from it. Personal: reason. */
type AclRevoked = DomainEvent<
  'acl-revoked.v1',
  { readonly resource: AclResource; readonly ended: readonly EndedRecord[]; readonly by: Actor }
>;

type AclExpired = DomainEvent<
  'acl-expired.v1',
  { readonly resource: AclResource; readonly ended: readonly EndedRecord[]; readonly by: Actor }
>;

/** `added`: ids of entries that are new. Personal: reasons, of entries by their id. */
type AclReplaced = DomainEvent<
  'acl-replaced.v1',
  Terms & {
    readonly resource: AclResource;
    readonly added: readonly string[];
    readonly ended: readonly EndedRecord[];
    readonly by: Actor;
  }
>;

/** Everything that the stream of an access list holds. */
export type AccessEvent = AclCreated | AclGranted | AclRevoked | AclExpired | AclReplaced;
