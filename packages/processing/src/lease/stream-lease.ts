import { randomUUID } from 'node:crypto';
import { type JsonObject, NO_STREAM, streamName } from '@countersign/event-sourcing';
import {
  type EventStore,
  isStoreError,
  type NewEvent,
  type Position,
  type RecordedEvent,
} from '@countersign/event-store';
import { type Wait, waitFor } from '../reactor/attempts.ts';

/** The category of all leases. Nobody publishes it, and a store may keep only the last events of its streams. */
export const LEASE_CATEGORY = 'lease';

/** Who is not heard of for so long has lost the lease. A standby has it then within `LOOK_EVERY_MS` more. */
export const STREAM_LEASE_MS = 3_000;
/** One write a second for each lease, which also carries what the holder wants to be kept. */
export const RENEW_EVERY_MS = 1_000;
/** How often who waits for a lease looks at it. */
const LOOK_EVERY_MS = 500;
/** Before the same renewal is sent again when its outcome is not known. */
const AGAIN_AFTER_MS = 100;

const RENEWED = 'lease-renewed.v1';
/** Leases are the installation's. */
const ORGANIZATION = 'default';

/** What is leased, by whom, in which ledger. */
export interface StreamLeaseOptions {
  readonly store: Pick<EventStore, 'append' | 'read'>;
  /** What is leased: the stream is `lease-<name>`. */
  readonly name: string;
  /** Who asks for it, for whoever looks at the stream. */
  readonly holder: string;
  /** Monotonic, in milliseconds. No clock of one process is compared with that of another. */
  readonly now: () => number;
  readonly wait: Wait;
}

/** The clock and the waiting of a running process; the clock goes on while the process is stopped. */
export const REAL_TIME: Pick<StreamLeaseOptions, 'now' | 'wait'> = {
  now: () => performance.now(),
  wait: waitFor,
};

/** The time in which this process has a lease. */
export interface Term {
  /** What the last holder left; `null` for the first. */
  readonly left: JsonObject | null;
  /** Where the ledger ended when this term began: what was left is of before. */
  readonly since: Position;
  /** Whether nobody else can have taken the lease over by now. */
  holds(): boolean;
  /** Aborted when somebody else has it. */
  readonly lost: AbortSignal;
  /** Why it can not be renewed now; `null` if nothing is known to be wrong. */
  problem(): string | null;
  /** Gives the lease up, so that the next holder need not wait for its end. */
  release(): Promise<void>;
}

/**
 * Waits for a lease and holds it; `null` if the signal aborts before. `keep` says what each renewal leaves behind for the
 * next holder.
 *
 * Every renewal is an append behind the one before it, so two processes can't both go on: whoever finds that somebody has
 * written has lost. A holder counts from before it sent a renewal, and whoever waits from when it saw it: the first is
 * earlier, so a holder that is cut off or stopped knows that it has lost the lease before anybody takes it.
 */
export async function takeLease(
  options: StreamLeaseOptions,
  keep: () => JsonObject,
  signal: AbortSignal,
): Promise<Term | null> {
  const { store, name, now, wait } = options;
  const stream = streamName(LEASE_CATEGORY, name);
  let last = null as RecordedEvent | null;
  let seenAt = now();
  while (!signal.aborted) {
    const news: RecordedEvent[] | null = await store
      .read(stream, { after: last?.version ?? 0 })
      .catch(() => null);
    if (news && news.length > 0) {
      last = news.at(-1) ?? null;
      seenAt = now();
    }
    const isFree = last === null || last.data.released === true || now() - seenAt >= STREAM_LEASE_MS;
    if (news && isFree) {
      const term = await begin(options, keep, last, signal);
      if (term) return term;
    }
    await wait(LOOK_EVERY_MS, signal);
  }
  return null;
}

/** Does something that only one process may do at a time, when it is this one's turn. */
export async function exclusively(
  options: Omit<StreamLeaseOptions, 'now' | 'wait'> & Partial<StreamLeaseOptions>,
  task: () => Promise<void>,
): Promise<void> {
  const never = new AbortController();
  const term = await takeLease({ ...REAL_TIME, ...options }, () => ({}), never.signal);
  try {
    await task();
  } finally {
    await term?.release();
  }
}

/** Writes the first renewal behind the last one that was seen; `null` if somebody else was faster. */
async function begin(
  options: StreamLeaseOptions,
  keep: () => JsonObject,
  last: RecordedEvent | null,
  signal: AbortSignal,
): Promise<Term | null> {
  const { store, name, now, wait, holder } = options;
  const stream = streamName(LEASE_CATEGORY, name);
  const left = (last?.data.kept as JsonObject | undefined) ?? null;
  const lost = new AbortController();
  const released = new AbortController();
  let version = last?.version ?? 0;
  let end: Position = 0;
  let until = Number.NEGATIVE_INFINITY;
  let problem: string | null = null;

  /** One renewal, the same event again until its outcome is known or nobody wants it any more. */
  const write = async (kept: JsonObject, giveUp: AbortSignal, more: JsonObject = {}): Promise<boolean> => {
    // Counted from the first attempt: that may be the one which was stored and seen.
    const sentAt = now();
    const event = renewal({ holder, released: false, kept, ...more });
    for (;;) {
      const result = await store.append(stream, version === 0 ? NO_STREAM : version, [event]).durable;
      if (!isStoreError(result)) {
        version = result.version;
        end = result.position;
        until = sentAt + STREAM_LEASE_MS;
        problem = null;
        return true;
      }
      if (result.code === 'VersionConflict') return false;
      problem = result.code;
      if (giveUp.aborted) return false;
      await wait(AGAIN_AFTER_MS, giveUp);
    }
  };

  if (!(await write(left ?? keep(), signal))) return null;
  const since = end;

  const renew = async (): Promise<void> => {
    while (!released.signal.aborted && !lost.signal.aborted) {
      await wait(RENEW_EVERY_MS, released.signal);
      if (released.signal.aborted) return;
      if (!(await write(keep(), released.signal)) && !released.signal.aborted) lost.abort();
    }
  };
  const renewing = renew();

  return {
    left,
    since,
    holds: () => !lost.signal.aborted && now() < until,
    lost: lost.signal,
    problem: () => problem,
    async release() {
      released.abort();
      await renewing;
      if (!lost.signal.aborted) await write(keep(), released.signal, { released: true });
      until = Number.NEGATIVE_INFINITY;
    },
  };
}

function renewal(data: JsonObject): NewEvent {
  const time = new Date().toISOString();
  return { type: RENEWED, data, metadata: { id: randomUUID(), time, organization: ORGANIZATION } };
}
