import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../policy/events.ts';

/** Personal: description. */
export type NamespaceCreated = DomainEvent<
  'namespace-created.v1',
  { readonly namespace: string; readonly by: Actor }
>;

/** Everything that the stream of a namespace holds. */
export type NamespaceEvent = NamespaceCreated;
