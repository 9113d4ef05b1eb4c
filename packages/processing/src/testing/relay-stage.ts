import type { JsonObject } from '@countersign/event-sourcing';
import { type EventStore, isStoreError } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { createPublisher, type Message, type Published } from '@countersign/message-bus';
import { REAL_TIME } from '../lease/stream-lease.ts';
import { type Relay, startRelay } from '../relay/relay.ts';

const publisher = createPublisher([
  { stored: 'order-placed.v1', type: 'order.placed', topic: 'orders', category: 'order', service: 'shop' },
  { stored: 'remark-made.v1', type: 'remark.made', topic: null, category: 'remark', service: 'shop' },
]);

/** What the network does with a batch: how many of its messages get to the topic, and what the relay hears of it. */
export interface Fate {
  readonly written: number;
  readonly acknowledged: boolean;
}

const ALL_WELL: Fate = { written: Number.POSITIVE_INFINITY, acknowledged: true };

/** Refuses batches, keeps them for so many ms before they are there, or takes them at so many bytes per ms. */
export type Network = 'refuses' | number | { readonly bytesPerMs: number };

/** A process with a relay. What it says to the world waits while it is stopped; a killed one says nothing any more. */
export interface Instance {
  readonly relay: Relay;
  stop(): void;
  resume(): void;
  kill(): void;
  /** From now on its own network is so; well again with 0. */
  network(state: Network): void;
  /** Batches that it gave to the network. */
  readonly batches: (readonly number[])[];
}

/** A ledger, a topic, and instances of one service's relay that come and go. */
export function openRelayStage() {
  const store = createMemoryEventStore();
  const topic: Message[] = [];
  let recorded = 0;
  const appended: { organization: string; n: number }[] = [];
  const fates: Fate[] = [];
  let held: Promise<void> | null = null;

  /** `bytes`: of what is sealed in it. */
  const append = async (category: 'order' | 'remark' | 'foreign', organization = 'acme', bytes = 0) => {
    recorded += 1;
    const metadata = { id: `event-${recorded}`, time: '2026-11-01T00:00:00.000Z', organization };
    const type = { order: 'order-placed.v1', remark: 'remark-made.v1', foreign: 'foreign.v1' }[category];
    const sealed = bytes > 0 ? { key: 'key', ciphertext: 'c'.repeat(bytes), digests: {} } : undefined;
    const event = { type, data: { n: recorded }, metadata, ...(sealed && { sealed }) };
    const result = await store.append(`${category}-${recorded}`, 'no-stream', [event]).durable;
    if (isStoreError(result)) throw new Error(result.code);
    if (category === 'order') appended.push({ organization, n: recorded });
    return result.position;
  };

  const start = (name: string): Instance => {
    let gate = Promise.withResolvers<void>();
    gate.resolve();
    const batches: number[][] = [];
    let state: Network = 0;
    const reached = <T>(action: () => Promise<T>): Promise<T> => gate.promise.then(action);
    const own: Pick<EventStore, 'append' | 'read' | 'subscribe'> = {
      append(stream, expected, events) {
        const settled = reached(() => store.append(stream, expected, events).durable);
        return { accepted: settled, durable: settled };
      },
      read: (...asked) => reached(() => store.read(...asked)),
      subscribe: (options, handler) =>
        store.subscribe(options, (batch) => reached(async () => handler(batch))),
    };
    const publish = async (messages: readonly Message[]): Promise<Published> => {
      await held;
      await gate.promise;
      batches.push(messages.map(({ data }) => Number(data.n)));
      if (state === 'refuses') return { kind: 'unknown', detail: 'refused' };
      const ms = typeof state === 'number' ? state : lengthOf(messages) / state.bytesPerMs;
      if (ms > 0) await REAL_TIME.wait(ms, new AbortController().signal);
      const { written, acknowledged } = fates.shift() ?? ALL_WELL;
      topic.push(...messages.slice(0, written));
      return acknowledged ? { kind: 'acknowledged' } : { kind: 'unknown', detail: 'no answer' };
    };
    const relay = startRelay({
      service: 'shop',
      instance: name,
      store: own,
      publisher,
      messages: { publish },
    });
    const stop = () => {
      gate = Promise.withResolvers<void>();
    };
    const network = (next: Network) => {
      state = next;
    };
    return { relay, batches, stop, kill: stop, resume: () => gate.resolve(), network };
  };

  return {
    store,
    topic,
    start,
    append,
    /** What becomes of the next batches; all well if nothing is said. */
    fates,
    /** Keeps batches on their way until the returned function is called. */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return () => {
        held = null;
        resolve();
      };
    },
    /** `n` of an organization's events, as the ledger has them. */
    appended: (organization: string) =>
      appended.filter((one) => one.organization === organization).map(({ n }) => n),
    /** `n` of an organization's messages in the order in which each got to the topic first. */
    firsts(organization: string) {
      const numbers = topic
        .filter((one) => one.organization === organization)
        .map(({ data }) => Number(data.n));
      return [...new Set(numbers)];
    },
    leases: () => store.read('lease-relay.shop'),
    /** What an earlier holder has left behind. */
    async leave(kept: JsonObject) {
      const metadata = { id: 'left', time: '2026-11-01T00:00:00.000Z', organization: 'default' };
      const data = { holder: 'earlier', released: true, kept };
      const event = { type: 'lease-renewed.v1', data, metadata };
      await store.append('lease-relay.shop', 'no-stream', [event]).durable;
    },
  };
}

/** What `openRelayStage` opens. */
export type RelayStage = ReturnType<typeof openRelayStage>;

function lengthOf(messages: readonly Message[]): number {
  return messages.reduce(
    (sum, { sealed, ...message }) => sum + (sealed?.ciphertext.length ?? 0) + JSON.stringify(message).length,
    0,
  );
}
