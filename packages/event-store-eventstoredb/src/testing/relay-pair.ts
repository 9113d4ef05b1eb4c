import { type EventStore, isStoreError } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { type Network, serve, startNetwork } from '@countersign/event-store-grpc/testing';
import { createPublisher, type Message } from '@countersign/message-bus';
import { type Relay, startRelay } from '@countersign/processing';
import { vi } from 'vitest';
import { opened } from './opened.ts';
import { newEvent } from './peer.ts';

const publisher = createPublisher([
  { stored: 'order.placed', type: 'order.placed', topic: 'orders', category: 'order', service: 'shop' },
]);
/** Shorter than a lease: who is not answered hears of it before the lease has ended. */
const TIMEOUT_MS = 1_000;
const PATIENCE_MS = 50_000;

/**
 * A relay over the adapter, which is active, and one of another process that stands by. That has the ledger behind the server
 * itself: there is one client in a process.
 */
export interface RelayPair extends AsyncDisposable {
  readonly own: Relay;
  readonly other: Relay;
  /** Between the adapter and the server. */
  readonly network: Network;
  readonly ledger: EventStore;
  /** Appends so many events of the relayed category past the adapter; all positions that there are of it. */
  append(count: number): Promise<readonly number[]>;
  /** Who published what, in order. */
  readonly published: readonly { readonly by: 'own' | 'other'; readonly position: number }[];
  /** Ends the server and starts another over the same ledger. */
  restart(): Promise<void>;
}

/** Two relays of one service over one ledger, one of them behind a network that can fail. */
export async function startRelayPair(): Promise<RelayPair> {
  const ledger = createMemoryEventStore();
  let server = await serve(ledger);
  const network = await startNetwork(server.port);
  const adapter = await opened(network.port, { timeoutMs: TIMEOUT_MS });
  const published: { by: 'own' | 'other'; position: number }[] = [];
  const appended: number[] = [];
  const start = (by: 'own' | 'other', store: EventStore): Relay => {
    const publish = async (messages: readonly Message[]) => {
      published.push(...messages.map(({ position }) => ({ by, position })));
      return { kind: 'acknowledged' } as const;
    };
    return startRelay({ service: 'shop', instance: by, store, publisher, messages: { publish } });
  };
  const own = start('own', adapter);
  await eventually(() => own.state() === 'active');
  const other = start('other', ledger);
  return {
    own,
    other,
    network,
    ledger,
    published,
    async append(count) {
      for (let n = 0; n < count; n += 1) {
        const result = await ledger.append(`order-${appended.length}`, 'no-stream', [newEvent()]).durable;
        if (isStoreError(result)) throw new Error(result.code);
        appended.push(result.position);
      }
      return appended;
    },
    async restart() {
      await server.close();
      server = await serve(ledger);
      network.target = server.port;
    },
    async [Symbol.asyncDispose]() {
      network.speak();
      await Promise.all([own.close(), other.close()]);
      await adapter.close();
      await network[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** Waits until it holds; fails where it does not. */
export function eventually(holds: () => boolean): Promise<void> {
  const look = () => {
    if (!holds()) throw new Error('not yet');
  };
  return vi.waitFor(look, { timeout: PATIENCE_MS });
}
