import type { EventStore } from '@countersign/event-store';

/** A ledger of which one member is another; `by` is asked at every use of it. */
export function replaced<Name extends keyof EventStore>(
  store: EventStore,
  member: Name,
  by: () => EventStore[Name],
): EventStore {
  return new Proxy(store, {
    get: (target, name) => (name === member ? by() : Reflect.get(target, name, target)),
  });
}
