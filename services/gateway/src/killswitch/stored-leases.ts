import { randomUUID } from 'node:crypto';
import { type JsonObject, NO_STREAM, streamName } from '@countersign/event-sourcing';
import { type EventStore, isStoreError, type NewEvent, type Position } from '@countersign/event-store';
import { LEASE_CATEGORY, REAL_TIME } from '@countersign/processing';
import { createWaiters, type Folded, furthest, LEASE_MS, type Lease, type LeaseRegistry } from './lease.ts';

/** In which ledger gateways lease, and under which name this one does. */
export interface StoredLeasesOptions {
  readonly store: Pick<EventStore, 'append' | 'read' | 'subscribe' | 'acceptedPosition'>;
  /** This gateway: its renewals stand in `lease-gateway.<instance>`. */
  readonly instance: string;
}

/** Leases that gateways of other processes see: they stand in the ledger. */
export interface StoredLeases extends LeaseRegistry {
  /** For readiness: why this gateway refuses; `null` while its lease holds. */
  problem(): string | null;
  /** Resolves with what ended the observation of the leases, or `null` after `close`. */
  readonly ended: Promise<Error | null>;
  /** Gives this gateway's lease up, so that nobody waits for its end. */
  close(): Promise<void>;
}

const RENEWED = 'gateway-lease-renewed.v1';
/** Leases are the installation's. */
const ORGANIZATION = 'default';
const AGAIN_AFTER_MS = 50;

/** One run of a gateway process, as this process sees its lease. */
interface Seen {
  readonly folded: Folded;
  /** When the renewal got here, by this process's clock. */
  readonly at: number;
}

/**
 * Leases of gateways in several processes, as events. No clock of one is compared with that of another; what is said of
 * time rests on the order of the ledger:
 *
 * - A holder counts its lease from before it sent the renewal, whoever looks at it from when the renewal got here: so the
 *   holder knows first that its lease has lapsed.
 * - A renewal may stand in the ledger and not have got here yet. A lease counts as lapsed only when a renewal of this
 *   gateway has come back that was sent after the lease's end: everything that was stored before it has come then, and a
 *   renewal behind it comes too late for its holder.
 * - A lease that begins, or begins again after it lapsed, holds only when its gateway has folded everything up to that very
 *   renewal. So a gateway that is not counted at a position knows what stands there before it works.
 * - Leases that this process has not seen yet are one lease that was seen when it began to look.
 *
 * Therefore, where an event is acknowledged, every gateway that works from then on has folded it.
 */
export function createStoredLeases(options: StoredLeasesOptions): StoredLeases {
  const { store, instance } = options;
  const { now, wait } = REAL_TIME;
  const stream = streamName(LEASE_CATEGORY, `gateway.${instance}`);
  /** Two processes of one name are two gateways. */
  const run = randomUUID();
  const closing = new AbortController();
  const waiters = createWaiters();
  const leases = new Map<string, Seen>();
  const beganAt = now();
  let covered: Position = 0;
  /** When the last of our own renewals that came back had been sent: up to then, everything that was stored is seen here. */
  let seenUntil = Number.NEGATIVE_INFINITY;
  const sent = new Map<string, number>();
  const lapsed = (at: number) => at + LEASE_MS <= seenUntil;

  const subscription = store.subscribe(
    { after: store.acceptedPosition, categories: [LEASE_CATEGORY] },
    ({ events, position }) => {
      for (const { type, data, metadata } of events) {
        if (type !== RENEWED) continue;
        const {
          run: whose,
          switches,
          control,
          left,
        } = data as unknown as Folded & { run: string; left: boolean };
        if (left) leases.delete(whose);
        else leases.set(whose, { folded: { switches, control }, at: now() });
        seenUntil = Math.max(seenUntil, sent.get(metadata.id) ?? seenUntil);
        sent.delete(metadata.id);
      }
      covered = position;
      for (const [whose, { at }] of leases) if (lapsed(at)) leases.delete(whose);
      waiters.look();
    },
  );

  let folded: Folded = { switches: 0, control: 0 };
  let version = 0;
  let until = Number.NEGATIVE_INFINITY;
  /** Position of the renewal with which the lease began. */
  let begun: Position = Number.POSITIVE_INFINITY;
  let wanted: 'nothing' | 'acknowledgement' | 'renewal' = 'nothing';
  let writing: Promise<void> | null = null;

  /** Where it stands; the same event again until that is known. `null`: another stands there, or nobody wants it any more. */
  const append = async (event: NewEvent): Promise<Position | null> => {
    for (;;) {
      const result = await store.append(stream, version === 0 ? NO_STREAM : version, [event]).durable;
      if (!isStoreError(result)) {
        version = result.version;
        return result.position;
      }
      if (result.code === 'VersionConflict') {
        version = result.actual;
        return null;
      }
      if (closing.signal.aborted) return null;
      await wait(AGAIN_AFTER_MS, closing.signal);
    }
  };
  const write = async (): Promise<void> => {
    while (wanted !== 'nothing' && !closing.signal.aborted) {
      const renews = wanted === 'renewal';
      wanted = 'nothing';
      // From the first attempt: that may be the one which others have seen.
      const sentAt = now();
      // Who waits for a position may wait for one at which nothing of either stands.
      const passed = furthest(folded, { switches: folds(), control: folds() });
      const event = renewal({ run, gateway: instance, ...passed, left: false });
      sent.set(event.metadata.id, sentAt);
      const position = await append(event);
      if (position === null) {
        sent.delete(event.metadata.id);
        want(renews ? 'renewal' : 'acknowledgement');
      } else if (renews) {
        if (now() >= until) begun = position;
        until = sentAt + LEASE_MS;
      }
    }
    writing = null;
  };
  const want = (what: 'acknowledgement' | 'renewal') => {
    if (wanted !== 'renewal') wanted = what;
    writing ??= write();
  };
  /** How far this gateway has folded; nothing before it joins. */
  let folds: () => Position = () => 0;
  const holds = () => !closing.signal.aborted && now() < until && folds() >= begun;

  return {
    ended: subscription.ended,
    problem: () => (holds() ? null : 'the lease under which kill switches are enforced does not hold'),
    whenAcknowledged(what, position, withinMs) {
      const acknowledged = () =>
        covered >= position &&
        lapsed(beganAt) &&
        [...leases.values()].every((lease) => lease.folded[what] >= position || lapsed(lease.at));
      return waiters.when(acknowledged, withinMs);
    },
    join(covers): Lease {
      let renewed = false;
      folds = covers;
      return {
        holds,
        acknowledge(more) {
          folded = furthest(folded, more);
          // Before the first renewal there is nobody to wait for it.
          if (renewed) want('acknowledgement');
        },
        renew() {
          renewed = true;
          want('renewal');
        },
      };
    },
    async close() {
      closing.abort();
      await writing;
      await store.append(stream, version === 0 ? NO_STREAM : version, [
        renewal({ run, gateway: instance, ...folded, left: true }),
      ]).durable;
      await subscription.close();
    },
  };
}

function renewal(data: JsonObject): NewEvent {
  const metadata = { id: randomUUID(), time: new Date().toISOString(), organization: ORGANIZATION };
  return { type: RENEWED, data, metadata };
}
