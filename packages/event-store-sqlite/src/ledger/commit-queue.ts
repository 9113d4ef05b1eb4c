import type { Position } from '@countersign/event-store';
import type { Column, SideWrite, WriteGroup } from '../threads/protocol.ts';

/**
 * Group commit: what is accepted while the writer syncs becomes the next transaction. Groups are contiguous ranges of
 * positions in accepted order, so what survives a crash is a prefix.
 */
export interface CommitQueue {
  readonly durable: Position;
  readonly error: Error | null;
  /** Events and bytes that wait for their sync. */
  readonly backlog: { readonly events: number; readonly bytes: number };
  /** The six columns of an event, at the next position. */
  add(columns: readonly [string, number, string, string, string, string]): void;
  addBeside(write: SideWrite): void;
  /** Settles when `position` is durable: with `null`, or with the error that prevents it. */
  settled(position: Position): Promise<Error | null>;
  /** The same for everything queued so far, side writes included; sends it at once. */
  flush(): Promise<Error | null>;
  /** The writer has synced the oldest outstanding group. */
  written(): void;
  fail(error: Error): void;
}

interface Group {
  readonly first: Position;
  last: Position;
  bytes: number;
  readonly columns: Column[];
  readonly sideWrites: SideWrite[];
  readonly settled: Promise<Error | null>;
  readonly settle: (error: Error | null) => void;
}

/** Side writes alone are in no hurry: a crash repeats them. They ride with the next events or go after this time. */
const SIDE_WRITES_AFTER_MS = 50;
/**
 * A group is sent when a turn of the event loop accepted nothing more: the stages of one call follow each other turn by
 * turn and shall share one sync. Under load, where there is always more, it waits no longer than this.
 */
const MAX_TURNS = 8;
const MAX_WAITING_COLUMNS = 6 * 32;
/** One being synced and one waiting behind it, so that the writer never waits for this thread. */
const GROUPS_IN_FLIGHT = 2;

interface CommitQueueOptions {
  readonly durable: Position;
  send(group: WriteGroup): void;
  /** After each change of the durable position or the failure. */
  onChange(): void;
}

/** A queue behind what is durable already. */
export function createCommitQueue(options: CommitQueueOptions): CommitQueue {
  let durable = options.durable;
  let accepted = options.durable;
  let bytes = 0;
  let error: Error | null = null;
  let collecting = createGroup(accepted + 1);
  let inFlight: Group[] = [];
  let turn: NodeJS.Immediate | null = null;
  /** Turns that this group has waited, and the last position at the turn before. */
  let turns = 0;
  let seen = 0;
  let timer: NodeJS.Timeout | null = null;
  /** Side writes without events are waited for: send them as soon as the writer is free. */
  let wanted = false;
  let beyond: { position: Position; settle: (error: Error | null) => void }[] = [];

  const isEmpty = (group: Group) => group.columns.length === 0 && group.sideWrites.length === 0;

  const stopTimers = () => {
    if (turn) clearImmediate(turn);
    if (timer) clearTimeout(timer);
    turn = null;
    timer = null;
  };
  const send = () => {
    stopTimers();
    if (isEmpty(collecting) || error) return;
    wanted = inFlight.length >= GROUPS_IN_FLIGHT;
    if (wanted) return;
    const group = collecting;
    collecting = createGroup(accepted + 1);
    inFlight.push(group);
    options.send({
      kind: 'write',
      first: group.first,
      columns: group.columns,
      sideWrites: group.sideWrites,
    });
  };
  const look = () => {
    turn = null;
    turns += 1;
    const settledDown =
      accepted === seen || turns >= MAX_TURNS || collecting.columns.length >= MAX_WAITING_COLUMNS;
    if (settledDown) return send();
    seen = accepted;
    turn = setImmediate(look);
  };
  const sendSoon = () => {
    if (turn !== null || inFlight.length >= GROUPS_IN_FLIGHT) return;
    seen = accepted;
    turns = 0;
    turn = setImmediate(look);
  };
  const settleBeyond = () => {
    if (beyond.length === 0) return;
    for (const waiter of beyond) if (error || waiter.position <= durable) waiter.settle(error);
    beyond = error ? [] : beyond.filter((waiter) => waiter.position > durable);
  };

  return {
    get durable() {
      return durable;
    },
    get error() {
      return error;
    },
    get backlog() {
      return { events: accepted - durable, bytes };
    },
    add(columns) {
      accepted += 1;
      collecting.last = accepted;
      collecting.columns.push(...columns);
      const size = columns[5].length;
      collecting.bytes += size;
      bytes += size;
      sendSoon();
    },
    addBeside(write) {
      if (error) return;
      collecting.sideWrites.push(write);
      timer ??= setTimeout(send, SIDE_WRITES_AFTER_MS);
    },
    settled(position) {
      if (position <= durable) return Promise.resolve(null);
      if (error) return Promise.resolve(error);
      const group =
        inFlight.find((candidate) => candidate.last >= position) ??
        (collecting.last >= position ? collecting : undefined);
      return group?.settled ?? new Promise((settle) => beyond.push({ position, settle }));
    },
    flush() {
      if (error) return Promise.resolve(error);
      if (isEmpty(collecting)) return inFlight.at(-1)?.settled ?? Promise.resolve(null);
      const { settled } = collecting;
      send();
      return settled;
    },
    written() {
      const group = inFlight.shift();
      if (!group) return;
      durable = group.last;
      bytes -= group.bytes;
      group.settle(null);
      settleBeyond();
      if (wanted || collecting.columns.length > 0) send();
      options.onChange();
    },
    fail(cause) {
      if (error) return;
      error = cause;
      for (const group of [...inFlight, collecting]) group.settle(error);
      inFlight = [];
      settleBeyond();
      stopTimers();
      options.onChange();
    },
  };
}

function createGroup(first: Position): Group {
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  return {
    first,
    last: first - 1,
    bytes: 0,
    columns: [],
    sideWrites: [],
    settled: promise,
    settle: resolve,
  };
}
