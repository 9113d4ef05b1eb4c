import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../accessrequest/events.ts';

export type AccessHandlerRegistered = DomainEvent<
  'access-handler-registered.v1',
  { readonly handler_id: string; readonly url: string; readonly timeout_ms: number; readonly by: Actor }
>;

export type AccessHandlerRemoved = DomainEvent<
  'access-handler-removed.v1',
  { readonly handler_id: string; readonly by: Actor }
>;

export type AccessHandlerEvent = AccessHandlerRegistered | AccessHandlerRemoved;
