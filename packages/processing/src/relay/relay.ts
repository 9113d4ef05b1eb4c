import { setImmediate as turn } from 'node:timers/promises';
import type { JsonObject } from '@countersign/event-sourcing';
import type { EventStore, Position } from '@countersign/event-store';
import {
  createProgress,
  type Message,
  type MessagePublisher,
  type Progress,
  type Publisher,
} from '@countersign/message-bus';
import { REAL_TIME, type StreamLeaseOptions, type Term, takeLease } from '../lease/stream-lease.ts';
import { createBacklog } from './backlog.ts';

/** Whose events a relay publishes, and where to. */
export interface RelayOptions {
  /** Whose events: the lease and the checkpoint stand in `lease-relay.<service>`. */
  readonly service: string;
  /** This instance, for whoever looks at the lease. */
  readonly instance: string;
  readonly store: Pick<EventStore, 'append' | 'read' | 'subscribe'>;
  /** The service's own publications, and nobody else's. */
  readonly publisher: Publisher;
  readonly messages: MessagePublisher;
  /** Default: of the running process. */
  readonly time?: Pick<StreamLeaseOptions, 'now' | 'wait'>;
}

/** Its position: everything up to there that is the service's is known to be published. A standby learns it when it takes over. */
export interface Relay extends Progress {
  state(): 'standby' | 'active';
  /** Events of the service that this relay has seen and not yet published; of a standby none. */
  outstanding(): number;
  /** For readiness: why what happens is not published now; `null` if it is, or if that is another's business. */
  problem(): string | null;
  /** Resolves with what ended the subscription to the ledger, or `null` after `close`. */
  readonly ended: Promise<Error | null>;
  /** Resolves when what was being published has an outcome and the lease is handed over. */
  close(): Promise<void>;
}

/** What became of a batch; `over`: the term is, or the relay closes. */
type Outcome = 'published' | 'over' | 'given up';

/** Read at once: how large they are is known when they are here, so it is few. Of the largest that a request brings it is some 20 MiB. */
export const RELAY_READ_EVENTS = 64;
/** Before a batch of unknown outcome is published again: doubling, bounded. */
const FIRST_AGAIN_MS = 50;
const MAX_AGAIN_MS = 2_000;
/** Who has had nothing acknowledged for so long, although it tries, gives the lease up: another may be able to. */
export const GIVE_UP_AFTER_MS = 4_000;
/** Then it leaves the lease to the others for so long: they look for it twice a second. */
const SIT_OUT_MS = 1_500;
/** While the lease can not be renewed nothing is begun; this often it is looked whether it can be again. */
const HOLD_LOOK_MS = 50;

/**
 * Publishes what a service has appended. Of all instances one is active, by a lease; its renewals carry the checkpoint, so
 * that the version expected of the one guards the other.
 *
 * One batch is under way at a time, and one whose outcome is not known is published again before anything later. The
 * checkpoint moves behind what is acknowledged. Therefore, whoever publishes an event has had everything before it
 * acknowledged, or took over from a checkpoint of one who had: **when an event gets to its topic for the first time,
 * everything before it is there already.** A relay that is stopped and goes on after another has taken over can add its
 * one batch under way once more, as can one that has given up because it heard nothing, and a new one repeats at most what
 * was published since the last renewal; both are runs of events that were there before, in order. So consumers see
 * repetitions, never a gap and never a new event before an older one of its organization, however many relays believe to
 * be active.
 *
 * A batch is bounded in bytes as in events: large events take many, each with its own time and its own step of the
 * checkpoint, so that who is slow and gets on is not taken for one who can not publish.
 *
 * A checkpoint that lies behind the end of the ledger is of another ledger: whoever finds one ends with an error, and leaves
 * it as it is. Only people know what of this ledger is on the topics.
 */
export function startRelay(options: RelayOptions): Relay {
  const { service, instance, store, publisher, messages, time = REAL_TIME } = options;
  const { now, wait } = time;
  const categories = publisher.categories(publisher.publications.flatMap(({ topic }) => topic ?? []));
  const closing = new AbortController();
  const progress = createProgress(0);
  let term: Term | null = null;
  const backlog = createBacklog();
  let underWay = 0;
  let failing: string | null = null;
  let again = FIRST_AGAIN_MS;
  let broken: Error | null = null;

  const isPublished = (upTo: Position) => progress.advance(Math.max(progress.position(), upTo));
  /** Why it is not known to be on the topics, `null` if it is. */
  const send = async (batch: readonly Message[], upTo: Position, ms: number): Promise<string | null> => {
    const over = new AbortController();
    const sent = messages.publish(batch);
    const published = await Promise.race([sent, wait(ms, over.signal).then(() => null)]);
    over.abort();
    if (published) return published.kind === 'acknowledged' ? null : published.detail;
    // What is acknowledged later, in whatever term, is published all the same.
    void sent.then(({ kind }) => kind === 'acknowledged' && isPublished(upTo));
    return `no answer within ${GIVE_UP_AFTER_MS} ms`;
  };
  /** Until it is there, or the term is over, or it takes too long: what is given up is published again by the next holder. */
  const publish = async (batch: readonly Message[], upTo: Position, held: Term): Promise<Outcome> => {
    for (let giveUpAt: number | null = null; ; ) {
      if (!(await mayGoOn(held))) return 'over';
      giveUpAt ??= now() + GIVE_UP_AFTER_MS;
      const left = giveUpAt - now();
      if (left <= 0) return 'given up';
      failing = await send(batch, upTo, left);
      if (failing === null) {
        again = FIRST_AGAIN_MS;
        return 'published';
      }
      await wait(Math.min(again, giveUpAt - now()), AbortSignal.any([closing.signal, held.lost]));
      again = Math.min(again * 2, MAX_AGAIN_MS);
    }
  };
  const mayGoOn = async (held: Term): Promise<boolean> => {
    while (!closing.signal.aborted && !held.lost.aborted) {
      if (held.holds()) return true;
      await wait(HOLD_LOOK_MS, AbortSignal.any([closing.signal, held.lost]));
    }
    return false;
  };

  const serve = async (held: Term): Promise<Outcome> => {
    const over = new AbortController();
    const ending = AbortSignal.any([closing.signal, held.lost, over.signal]);
    /** How far the backlog reaches, filtered events included. */
    let covered: Position = progress.position();
    const news = createBell(ending);
    const room = createBell(ending);
    const subscription = store.subscribe(
      { after: covered, categories, maxBatch: RELAY_READ_EVENTS },
      async ({ events, position }) => {
        backlog.push(events);
        covered = position;
        news.ring();
        if (backlog.full) await room.rung();
      },
    );
    void subscription.ended.then((error) => {
      broken = error;
      news.ring();
    });
    let outcome: Outcome = 'published';
    while (!ending.aborted && !broken) {
      if (backlog.length === 0) {
        if (covered > progress.position()) progress.advance(covered);
        await news.rung();
        continue;
      }
      // Whoever waits in this process for the same events goes first: an answer is ready now, and publishing is work.
      await turn();
      const events = backlog.take();
      underWay = events.length;
      if (!backlog.full) room.ring();
      const batch = events.flatMap((event) => publisher.publish(event) ?? []);
      const upTo = events.at(-1)?.position ?? covered;
      outcome = await publish(batch, upTo, held);
      underWay = 0;
      if (outcome !== 'published') break;
      isPublished(upTo);
    }
    over.abort();
    await subscription.close();
    backlog.clear();
    return outcome;
  };

  const run = async (): Promise<void> => {
    const leased = { store, name: `relay.${service}`, holder: instance, ...time };
    /** What this one can not go on from stays as it was. */
    let untouched: JsonObject | null = null;
    const keep = () => untouched ?? { position: progress.position() };
    while (!closing.signal.aborted && !broken) {
      const held = await takeLease(leased, keep, closing.signal);
      if (!held) return;
      // What this instance had acknowledged in an earlier term is published, whether it came to say so or not.
      const from = Math.max(progress.position(), Number(held.left?.position ?? 0));
      if (from >= held.since) {
        untouched = held.left ?? { position: 0 };
        broken = new Error(beyondEnd(service, from, held.since));
        await held.release();
      } else {
        progress.advance(from);
        term = held;
        const outcome = await serve(held);
        term = null;
        await held.release();
        if (outcome === 'given up') await wait(SIT_OUT_MS, closing.signal);
        failing = null;
      }
    }
  };
  const running = run();
  const ended = running.then(() => broken);

  return {
    position: progress.position,
    reached: progress.reached,
    state: () => (term ? 'active' : 'standby'),
    outstanding: () => backlog.length + underWay,
    problem() {
      if (broken) return `the relay has stopped: ${broken.message}`;
      if (failing !== null) return `messages can not be published: ${failing}`;
      const why = term?.problem() ?? null;
      return why === null ? null : `the relay's lease can not be renewed: ${why}`;
    },
    ended,
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Nothing up to there can have been published, and what is appended from now on would be passed over in silence. */
function beyondEnd(service: string, from: Position, end: Position): string {
  const why = `the checkpoint ${from} of the relay lies behind the end of the ledger, which is at ${end}`;
  return `${why}: it is of another ledger, or this one was put back to an earlier state (the checkpoint stands in lease-relay.${service})`;
}

/** One waits, the other rings; whoever waits goes on when the signal aborts, too. */
function createBell(signal: AbortSignal): { ring(): void; rung(): Promise<void> } {
  let ring = () => {};
  signal.addEventListener('abort', () => ring(), { once: true });
  return {
    ring: () => ring(),
    rung: () =>
      new Promise((resolve) => {
        ring = resolve;
        if (signal.aborted) resolve();
      }),
  };
}
