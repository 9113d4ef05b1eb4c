import { setImmediate as turn } from 'node:timers/promises';
import type { EventBatch, Position, RecordedEvent } from '@countersign/event-store';
import type { Appending } from '../appending.ts';
import { backoffMs, createGiveUp, pause } from '../backoff.ts';
import type { LedgerClient } from '../client.ts';
import type { Feed } from '../feed.ts';
import type { Head } from '../head.ts';
import { isOfLedger, streamPattern, streamPatternWithNotes } from '../streams.ts';
import type { StoredEvent } from '../wire-event.ts';
import { type Categories, createCoverage } from './coverage.ts';
import { createTail } from './tail.ts';

/** Events taken from the client at a time. */
const STEP = 500;
/** A feed that is quiet for so long, although the ledger is known to go on behind it, looks how far it is. */
const QUIET_MS = 200;
/** Who waits for a position asks the server when the feed has brought nothing for so long: most often it is on its way. */
const ASK_AFTER_MS = 5;
/** Events of one append come one after another; a part of one waits so long for the rest. */
const REST_WITHIN_MS = 100;

interface FeedSource {
  readonly client: Pick<LedgerClient, 'follow'>;
  readonly head: Pick<Head, 'position' | 'heard' | 'within'>;
  readonly appending: Pick<Appending, 'goesOn'>;
}

/** Who reads the feed. */
export interface Reader {
  readonly categories: Categories;
  /** The server is to tell of each position that it passes. */
  readonly eachPosition: boolean;
  /** What it will still ask for comes behind this. */
  needs: Position;
  /** More has come. */
  wake(): void;
}

/** The one live subscription of the process: what it brings is kept for all its readers until they have taken it. */
export interface LiveFeed {
  readonly position: Position;
  /** Whether all that the reader wants behind `cursor` is here, or will come. */
  holds(reader: Reader, cursor: Position): boolean;
  after(cursor: Position, categories: ReadonlySet<string> | null, most: number): EventBatch;
  add(reader: Reader): void;
  /** A reader waits until a position is passed. One behind the end of the ledger is passed when the ledger gets there. */
  hasten(position: Position): void;
  /** Says how many are left. */
  remove(reader: Reader): number;
  stop(): void;
}

/**
 * Follows from the head on, for ever. It asks for the categories of its readers together; where a new one wants more, it
 * begins again where it is.
 *
 * An event says how far the feed is. Of what stands between its events the server tells now and then, because a message for
 * each event of others is most of what a process hears that wants little; where a reader waits for such a position, a second
 * subscription from here on is asked: what is in the ledger when it begins is passed when it has caught up. The server says
 * before how far that is, for a reader may wait for what is not there: nothing is passed because somebody waits for it. A
 * reader that waits for one after another has them told each, and waits no longer than for an event.
 */
export function startLiveFeed({ client, head, appending }: FeedSource): LiveFeed {
  const readers = new Set<Reader>();
  const coverage = createCoverage();
  const tail = createTail(head.position);
  const stopped = createGiveUp();
  /** The client's subscription that counts; another is not taken from any more. */
  let current: Feed | null = null;
  /** The one that has caught up: from then on what it does not tell can be asked for. */
  let settled: Feed | null = null;
  let lastNote: Position = 0;
  /** What the server was told to say of the positions that it passes, and how far somebody wants to know. */
  let tells: 'each' | 'some' = 'some';
  let awaited: Position = 0;
  let asking = false;

  const bring = (stored: readonly StoredEvent[], covered: Position | null) => {
    const events: RecordedEvent[] = [];
    let { position } = tail;
    for (const one of stored) {
      if (one.position <= position) continue;
      if (one.event === null || !isOfLedger(one)) {
        lastNote = one.position;
        continue;
      }
      events.push(one.event);
      position = one.position;
    }
    // A note covers nothing: who handles what it covers writes a note again, for ever.
    if (covered !== null && covered !== lastNote) position = Math.max(position, covered);
    if (position === tail.position) return;
    head.heard(position);
    let needed = position;
    for (const { needs } of readers) needed = Math.min(needed, needs);
    tail.drop(needed);
    tail.push(events, position);
    for (const reader of readers) reader.wake();
  };
  /** Asks until the feed is as far as somebody waits for, once for all of them. What is asked for one feed counts for no other. */
  const ask = async (feed: Feed): Promise<void> => {
    if (asking) return;
    asking = true;
    const isDue = () => feed === current && awaited > tail.position;
    try {
      for (let failures = 0; isDue(); ) {
        const { position } = tail;
        await pause(failures === 0 ? ASK_AFTER_MS : backoffMs(failures - 1), stopped.signal);
        // In this turn comes what came while the process was busy.
        await turn();
        await turn();
        if (!isDue() || tail.position > position) continue;
        failures = (await askOnce(feed)) ? 0 : failures + 1;
      }
    } finally {
      asking = false;
    }
  };
  const askOnce = async (feed: Feed): Promise<boolean> => {
    const wanted = awaited;
    const position = await head.within(wanted).catch(() => null);
    if (position === null) return false;
    // What nobody has written yet is told by the feed, or found when it is quiet.
    if (awaited === wanted) awaited = position;
    if (feed !== current || position <= tail.position) return true;
    const asked = client.follow(tail.position, streamPattern(coverage.followed), 'some');
    let passed = false;
    while (feed === current && !passed && !asked.ended) {
      const { events, caughtUp } = asked.take(STEP);
      bring(events, caughtUp ? position : null);
      passed = caughtUp;
      if (!passed && events.length < STEP) await asked.changed(QUIET_MS);
    }
    asked.close();
    return passed;
  };
  /** How many of the events stand before an append of this process of which more is to come; nothing is that is covered. */
  const whole = (stored: readonly StoredEvent[], covered: Position | null): number => {
    let count = stored.length;
    const last = stored.at(-1);
    if (!last || !appending.goesOn(last.stream, last.version) || (covered ?? 0) > last.position) return count;
    while (stored[count - 1]?.stream === last.stream) count -= 1;
    return count;
  };
  /** Takes what a subscription brings until it ends, or another counts; says whether it brought anything. */
  const take = async (feed: Feed): Promise<boolean> => {
    let alive = false;
    let begun: readonly StoredEvent[] = [];
    for (;;) {
      // What comes in one turn goes on together.
      await turn();
      if (feed !== current) return true;
      const { events, covered, caughtUp } = feed.take(STEP);
      alive ||= events.length > 0 || caughtUp;
      if (caughtUp) settled = feed;
      const come = begun.concat(events);
      const count = feed.ended ? come.length : whole(come, covered);
      begun = come.slice(count);
      if (begun.length > 0) {
        // What was appended together goes on together, too: a relay would publish the first event alone, and the second
        // when that is acknowledged.
        bring(come.slice(0, count), null);
        if (events.length === STEP || (await feed.changed(REST_WITHIN_MS))) continue;
      }
      bring(begun.length > 0 ? begun : come, covered);
      begun = [];
      if (events.length === STEP) continue;
      if (feed.ended) return alive;
      if (caughtUp && tells === 'some') void ask(feed);
      if (await feed.changed(QUIET_MS)) continue;
      awaited = Math.max(awaited, head.position);
      if (caughtUp) void ask(feed);
    }
  };
  const follow = async () => {
    for (let failures = 0; !stopped.signal.aborted; failures += 1) {
      coverage.keep(Array.from(readers, ({ categories }) => categories));
      tells = [...readers].some(({ eachPosition }) => eachPosition) ? 'each' : 'some';
      const feed = client.follow(tail.position, streamPatternWithNotes(coverage.followed), tells);
      current = feed;
      if (await take(feed)) failures = 0;
      feed.close();
      if (feed !== current) continue;
      current = null;
      await pause(backoffMs(failures), stopped.signal);
    }
  };
  const leaveCurrent = () => {
    const feed = current;
    current = null;
    feed?.close();
  };
  queueMicrotask(follow);

  return {
    get position() {
      return tail.position;
    },
    holds({ categories }, cursor) {
      const since = coverage.since(categories);
      return since !== null && cursor >= Math.max(since, tail.start);
    },
    after: tail.after,
    add(reader) {
      readers.add(reader);
      const known = coverage.since(reader.categories) !== null;
      coverage.add(reader.categories, tail.position);
      if (!known || (reader.eachPosition && tells === 'some')) leaveCurrent();
    },
    hasten(position) {
      awaited = Math.max(awaited, position);
      if (current && current === settled && tells === 'some') void ask(current);
    },
    remove(reader) {
      readers.delete(reader);
      return readers.size;
    },
    stop() {
      stopped.abort();
      leaveCurrent();
    },
  };
}

/** Starts a feed for the first reader, and ends it with the last. */
export interface SharedFeed {
  join(reader: Reader): LiveFeed;
  leave(reader: Reader): void;
}

/** One feed for all readers: begun for the first, stopped after the last. */
export function createSharedFeed(source: FeedSource): SharedFeed {
  let live: LiveFeed | null = null;
  return {
    join(reader) {
      live ??= startLiveFeed(source);
      live.add(reader);
      return live;
    },
    leave(reader) {
      if (live?.remove(reader) !== 0) return;
      live.stop();
      live = null;
    },
  };
}
