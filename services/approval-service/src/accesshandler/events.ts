import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../accessrequest/events.ts';

/** The address in the clear: it must hold no secret. */
export type AccessHandlerRegistered = DomainEvent<
  'access-handler-registered.v1',
  { readonly handler_id: string; readonly url: string; readonly timeout_ms: number; readonly by: Actor }
>;

/** The handler is asked no more. */
export type AccessHandlerRemoved = DomainEvent<
  'access-handler-removed.v1',
  { readonly handler_id: string; readonly by: Actor }
>;

/** Everything that the stream of a handler of requests for access holds. */
export type AccessHandlerEvent = AccessHandlerRegistered | AccessHandlerRemoved;
