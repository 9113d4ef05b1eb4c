import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor, Principal } from '../toolcall/events.ts';

/** Personal: name. The key itself is in no event. */
export type ApiKeyCreated = DomainEvent<
  'api-key-created.v1',
  {
    readonly key_id: string;
    readonly principal: Principal;
    readonly hash: string;
    readonly expires_at: string | null;
    readonly created_by: Actor;
  }
>;

type ApiKeyRevoked = DomainEvent<
  'api-key-revoked.v1',
  { readonly key_id: string; readonly principal: Principal; readonly by: Actor }
>;

type ApiKeyRotated = DomainEvent<
  'api-key-rotated.v1',
  {
    readonly key_id: string;
    readonly principal: Principal;
    readonly successor: string;
    readonly valid_until: string;
    readonly by: Actor;
  }
>;

/** Everything that the stream of a key holds. */
export type ApiKeyEvent = ApiKeyCreated | ApiKeyRotated | ApiKeyRevoked;
