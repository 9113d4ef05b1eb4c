import { createMemoryEventStore } from '@countersign/event-store/memory';
import { openEventStoreDb } from '@countersign/event-store-eventstoredb';
import { serve, startNetwork } from '@countersign/event-store-grpc/testing';
import { createStoredLeases } from '@countersign/gateway';
import { describe, expect, it, vi } from 'vitest';

/** Shorter than a lease. */
const TIMEOUT_MS = 1_000;
const RENEW_EVERY_MS = 500;
/** Until a lease has lapsed, on a machine that does much else. */
const PATIENCE_MS = 50_000;

const eventually = (look: () => void) => vi.waitFor(look, { timeout: PATIENCE_MS });

/** A gateway's lease over the adapter, and one of another process, which has the ledger behind the server itself. */
async function startLeases() {
  await using started = new AsyncDisposableStack();
  const ledger = createMemoryEventStore();
  const server = await serve(ledger);
  started.defer(() => server.close());
  const network = started.use(await startNetwork(server.port));
  const store = await openEventStoreDb({
    url: `esdb://127.0.0.1:${network.port}?tls=false`,
    timeoutMs: TIMEOUT_MS,
  });
  if ('code' in store) throw new Error(store.detail);
  started.defer(() => store.close());
  const join = (instance: string, of: typeof ledger | typeof store) => {
    const leases = createStoredLeases({ store: of, instance });
    const lease = leases.join(() => Number.MAX_SAFE_INTEGER);
    lease.renew();
    const renewing = setInterval(lease.renew, RENEW_EVERY_MS);
    started.defer(() => {
      clearInterval(renewing);
      return leases.close();
    });
    return { leases, lease };
  };
  const own = join('own', store);
  const other = join('other', ledger);
  await eventually(() => expect([own, other].map(({ lease }) => lease.holds())).toEqual([true, true]));
  const running = started.move();
  return { own, other, network, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

describe('leases of gateways over EventStoreDB’s protocol', () => {
  it('tell each other what has been acknowledged', async () => {
    await using running = await startLeases();
    const { own, other } = running;
    const position = 1;
    for (const { lease } of [own, other]) lease.acknowledge({ switches: position });
    expect(
      await Promise.all(
        [own, other].map(({ leases }) => leases.whenAcknowledged('switches', position, PATIENCE_MS)),
      ),
    ).toEqual([true, true]);
  });

  it('have lapsed for a holder that hears nothing before the other goes on without it', async () => {
    await using running = await startLeases();
    const { own, other, network } = running;
    const position = 1;
    network.silence();
    other.lease.acknowledge({ switches: position });
    expect(await other.leases.whenAcknowledged('switches', position, PATIENCE_MS)).toBe(true);
    expect(own.lease.holds()).toBe(false);
    expect(own.leases.problem()).not.toBeNull();
    network.speak();
    await eventually(() => expect(own.lease.holds()).toBe(true));
  });
});
