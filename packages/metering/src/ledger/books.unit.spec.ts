import { describe, expect, it } from 'vitest';
import { DAY, outcome, type Scenario, scenario } from '../proof/scenario.ts';
import { DEDUPE_WINDOW_MS, MAX_DEDUPE_ENTRIES, MAX_PART_ENTRIES } from './carry.ts';
import { MAX_BOOK_EVENTS, shouldClose, successorOpening } from './close.ts';
import type { BookClosed } from './events.ts';
import { evolve } from './evolve.ts';
import type { Scopes } from './scope.ts';
import { emptyLedger } from './state.ts';

const plan = { counters: { tool_calls: { limit: 100_000, strict: true, period: 'monthly' } } };
const MONTHLY = 'tool_calls.organization.monthly';

function close(org: Scenario, limit = Number.MAX_SAFE_INTEGER): readonly BookClosed[] {
  const closed = org.run({ type: 'close', at: org.now, limit });
  if ('rejected' in closed) throw new Error(closed.detail);
  return closed.filter((event): event is BookClosed => event.type === 'quota-closed.v1');
}

function openNext(org: Scenario, closed: readonly BookClosed[]): void {
  org.ledger = successorOpening(JSON.parse(JSON.stringify(closed))).reduce(evolve, emptyLedger());
}

/** The days of the daily counters that are carried on. */
function startsOf(closed: readonly BookClosed[]): readonly (string | undefined)[] {
  return closed.flatMap(({ data }) => data.carried.quotas.map((quota) => quota.period_start?.slice(0, 10)));
}

describe('a book', () => {
  it('should be closed when a month begins, or when it is full', () => {
    const org = scenario(plan);
    expect(shouldClose(org.ledger, org.now)).toBe(false);
    expect(shouldClose(org.ledger, Date.UTC(2026, 4, 31, 23, 59, 59, 999))).toBe(false);
    expect(shouldClose(org.ledger, Date.UTC(2026, 5, 1))).toBe(true);
    org.ledger.version = MAX_BOOK_EVENTS;
    expect(shouldClose(org.ledger, org.now)).toBe(true);
    close(org);
    expect(shouldClose(org.ledger, org.now)).toBe(false);
  });

  it('that is closed takes nothing more, and closes once', () => {
    const org = scenario(plan);
    close(org);
    expect(org.run({ type: 'close', at: org.now + DAY, limit: 1 })).toEqual([]);
    expect(outcome(org.reserve('call', { tool_calls: 1 }))).toBe('book_closed');
  });

  it('hands everything to its successor, under the next number', () => {
    const org = scenario(plan);
    org.reserve('open', { tool_calls: 3 });
    org.reserve('ended', { tool_calls: 4 });
    org.commit('ended');
    const before = org.row(MONTHLY);
    const closed = close(org);
    expect(closed).toMatchObject([
      { data: { book: 1, successor: 2, carried: { part: 1, parts: 1, version: 5 } } },
    ]);
    openNext(org, closed);
    expect(org.row(MONTHLY)).toEqual(before);
    expect(org.ledger).toMatchObject({ book: 2, version: 1 });
    expect(outcome(org.commit('open'))).toEqual(['committed']);
    expect(outcome(org.commit('ended'))).toEqual([]);
    expect(outcome(org.reserve('ended', { tool_calls: 5 }))).toBe('reservation_conflict');
  });

  it('of many entries closes in bounded parts, as many at a time as asked for', () => {
    const org = scenario(plan);
    for (let call = 0; call < 2.5 * MAX_PART_ENTRIES; call += 1)
      org.reserve(`call-${call}`, { tool_calls: 1 });
    const before = org.row(MONTHLY);
    const all = close(org);
    const sizes = all.map(({ data }) => data.carried.quotas.length + data.carried.holds.length);
    expect(sizes).toEqual([MAX_PART_ENTRIES, MAX_PART_ENTRIES, MAX_PART_ENTRIES / 2 + 1]);

    const halfClosed = scenario(plan);
    halfClosed.ledger = org.log.slice(0, -2).reduce(evolve, emptyLedger());
    expect(outcome(halfClosed.reserve('meanwhile', { tool_calls: 1 }))).toBe('book_closed');
    halfClosed.now += DAY;
    expect(close(halfClosed, 1)).toEqual(all.slice(1, 2));
    expect(close(halfClosed, 2)).toEqual(all.slice(2));
    expect(close(halfClosed, 1)).toEqual([]);

    openNext(org, all.slice(0, 2));
    expect(org.ledger.opening?.closedAt).toBe(org.log.length - all.length);
    expect(outcome(org.reserve('too early', { tool_calls: 1 }))).toBe('book_opening');
    openNext(org, all);
    expect(org.row(MONTHLY)).toEqual(before);
    expect(org.ledger.holds.size).toBe(2.5 * MAX_PART_ENTRIES);
  });

  it('that began to close in parts of another size is not closed in these: what lies between would be lost', () => {
    const org = scenario(plan);
    for (let call = 0; call < MAX_PART_ENTRIES; call += 1) org.reserve(`call-${call}`, { tool_calls: 1 });
    const [first] = close(org, 1) as [BookClosed];
    const closedIn = (parts: number) => {
      const history = org.log.slice(0, -1);
      const carried = { ...first.data.carried, parts };
      org.ledger = [...history, { ...first, data: { ...first.data, carried } }].reduce(evolve, emptyLedger());
      return org.run({ type: 'close', at: org.now, limit: 1 });
    };
    expect(closedIn(3)).toEqual({
      rejected: 'book_closed',
      detail: 'it began to close in 3 parts, and here they would be 2',
    });
    expect(closedIn(1)).toEqual([]);
    expect(closedIn(2)).toMatchObject([{ data: { carried: { part: 2 } } }]);
  });

  it('closes in parts that a store takes as events, also where a call is counted by many rules', () => {
    const rules = ['daily', 'monthly', 'yearly'].flatMap((period) =>
      ['organization', 'workspace', 'project', 'user'].map((scope) => ({ period, scope })),
    );
    const org = scenario({ counters: { tool_calls: rules, tool_cost: rules } });
    for (let call = 0; call < 3 * MAX_PART_ENTRIES; call += 1) {
      const id = `01a1fd5a-0e60-7260-a743-${String(call).padStart(12, '0')}`;
      const [workspace, project, user] = ['workspace', 'project', `user-${call % 50}`].map((n) =>
        n.padEnd(63, '-'),
      );
      const scopes = { organization: 'acme', workspace, project, user } as Scopes;
      org.reserve(id, { tool_calls: 1, tool_cost: 1_234_567 }, { scopes });
      if (call % 2 === 0) org.commit(id, { tool_cost: 2_345_678 });
    }
    const sizes = close(org).map((event) => JSON.stringify(event).length);
    expect(Math.max(...sizes)).toBeLessThan(0.75 * 1024 * 1024);
  });

  it('leaves behind periods that are over, but not those that a reservation may come back to', () => {
    const daily = { counters: { tool_calls: { limit: 9, strict: true, period: 'daily' } } };
    const org = scenario(daily);
    org.reserve('open since', { tool_calls: 1 });
    org.now += DAY;
    org.reserve('of a day', { tool_calls: 1 }, { expiresAt: org.now });
    org.now += 2 * DAY;
    org.expire();
    org.reserve('today', { tool_calls: 1 });
    const closed = close(org);
    expect(startsOf(closed)).toEqual(['2026-05-10', '2026-05-11', '2026-05-13']);
    org.now += 2 * DAY;
    openNext(org, closed);
    org.release('open since');
    org.now += 2 * DAY;
    expect(startsOf(close(org))).toEqual(['2026-05-13']);
  });
});

describe('the memory of ended reservations', () => {
  function nextBookAfter(milliseconds: number): Scenario {
    const org = scenario(plan);
    org.reserve('ended', { tool_calls: 1 }, { askedAt: org.now });
    org.commit('ended');
    org.now += milliseconds;
    openNext(org, close(org));
    return org;
  }

  it('lasts a day beyond the book', () => {
    const org = nextBookAfter(DEDUPE_WINDOW_MS - 1);
    expect(outcome(org.reserve('ended', { tool_calls: 1 }))).toEqual([]);
  });

  it('never grants twice what it has forgotten: what was asked for before then is refused', () => {
    const org = nextBookAfter(DEDUPE_WINDOW_MS);
    const askedAt = org.now - DEDUPE_WINDOW_MS;
    expect(outcome(org.reserve('ended', { tool_calls: 1 }, { askedAt }))).toBe('outside_dedupe_window');
    expect(outcome(org.reserve('new, but as old', { tool_calls: 1 }, { askedAt }))).toBe(
      'outside_dedupe_window',
    );
    expect(outcome(org.reserve('new', { tool_calls: 1 }, { askedAt: askedAt + 1 }))).toEqual(['reserved']);
    openNext(org, close(org));
    expect(outcome(org.reserve('ended', { tool_calls: 1 }, { askedAt }))).toBe('outside_dedupe_window');
  });

  it('is bounded in number: the latest stay', () => {
    const org = scenario(plan);
    for (let call = 0; call <= MAX_DEDUPE_ENTRIES; call += 1) {
      org.now += 1;
      org.release(`call-${call}`);
    }
    openNext(org, close(org));
    expect(org.ledger.settled.size).toBe(MAX_DEDUPE_ENTRIES);
    expect(org.ledger.settled.has('call-0')).toBe(false);
    expect(org.ledger.settled.has(`call-${MAX_DEDUPE_ENTRIES}`)).toBe(true);
  });
});
