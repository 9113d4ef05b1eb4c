import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

/** What a user is registered with; each event of a registration has all of it. */
export interface Registration {
  readonly user_id: string;
  readonly roles: readonly {
    readonly scope: {
      readonly organization?: string | undefined;
      readonly workspace?: string | undefined;
      readonly project?: string | undefined;
    };
    readonly role: string;
  }[];
  readonly approval_level: 'always' | 'production_only' | 'never';
  /** 0-1000. */
  readonly trust_score: number;
}

/** Personal: display_name. */
type UserRegistered = DomainEvent<'user-registered.v1', Registration & { readonly by: Actor }>;

/** Personal: display_name. */
type UserChanged = DomainEvent<'user-changed.v1', Registration & { readonly by: Actor }>;

type UserRemoved = DomainEvent<'user-removed.v1', { readonly user_id: string; readonly by: Actor }>;

/** Everything that the stream of a user holds. */
export type UserEvent = UserRegistered | UserChanged | UserRemoved;
