import type { EventStore } from '@countersign/event-store';
import { createStoredLeases } from '../killswitch/stored-leases.ts';

/** A way that can be shut: what comes waits until it is opened. */
function createGate() {
  let gate = Promise.withResolvers<void>();
  gate.resolve();
  let shut = false;
  return {
    shut() {
      if (!shut) gate = Promise.withResolvers<void>();
      shut = true;
    },
    open() {
      shut = false;
      gate.resolve();
    },
    passed: () => gate.promise,
  };
}

/** What of a gateway can be held up: what it sends, what comes back, what it observes. */
export type Way = 'send' | 'answer' | 'observe';

/** A gateway of which there is nothing but its lease; the test says when it folds and when it renews. */
export function leasedGateway(store: EventStore, instance: string) {
  const ways = { send: createGate(), answer: createGate(), observe: createGate() };
  const own: Pick<EventStore, 'append' | 'read' | 'subscribe' | 'acceptedPosition'> = {
    acceptedPosition: store.acceptedPosition,
    read: store.read,
    append(stream, expected, events) {
      const sent = ways.send.passed().then(() => store.append(stream, expected, events).durable);
      const answered = sent.then(async (result) => {
        await ways.answer.passed();
        return result;
      });
      return { accepted: answered, durable: answered };
    },
    subscribe: (options, handler) =>
      store.subscribe(options, async (batch) => {
        await ways.observe.passed();
        await handler(batch);
      }),
  };
  const leases = createStoredLeases({ store: own, instance });
  let folded = 0;
  const lease = leases.join(() => folded);
  let due = store.acceptedPosition;

  return {
    leases,
    holds: lease.holds,
    folded: () => folded,
    ways,
    /** Folds everything up to a position; `switches`: where switch events stand. */
    fold(position: number, switches: readonly number[]) {
      folded = Math.max(folded, position);
      const last = switches.findLast((at) => at <= folded);
      if (last !== undefined) lease.acknowledge({ switches: last });
    },
    /** As the gateway's timer does it: only if it has kept up since the last time. */
    renew() {
      if (folded >= due) lease.renew();
      due = store.acceptedPosition;
    },
    knows: (position: number) => leases.whenAcknowledged('switches', position, 0) === true,
  };
}

/** What `leasedGateway` makes. */
export type LeasedGateway = ReturnType<typeof leasedGateway>;
