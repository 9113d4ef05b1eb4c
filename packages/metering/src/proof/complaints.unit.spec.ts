import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, outcome, scenario } from './scenario.ts';

const strict = (limit: number, more: object = {}) => ({ limit, strict: true, period: 'monthly', ...more });
const throttle = (capacity: number, rate: number) => ({
  categories: ['tool_calls'],
  mode: 'include',
  bucket: { capacity, rate },
});

describe('what users of other meters complain about', () => {
  it('denied traffic eats the broad limit: here it consumes nothing, in no scope and no bucket', () => {
    const quota = [strict(100), strict(1, { scope: 'user', period: 'daily' })];
    const org = scenario({ counters: { tool_calls: quota }, throttles: [throttle(5, 60)] });
    org.reserve('first', { tool_calls: 1 });
    for (let call = 0; call < 50; call += 1) {
      expect(outcome(org.reserve(`denied-${call}`, { tool_calls: 1 }))).toEqual(['denied']);
    }
    expect(org.row('tool_calls.organization.monthly')).toMatchObject({ used: 0, reserved: 1 });
    const scopes = { organization: 'acme', workspace: 'main', project: 'web', user: 'bob' };
    expect(outcome(org.reserve('of another user', { tool_calls: 1 }, { scopes }))).toEqual(['reserved']);
  });

  it('the limit is raised and calls are still denied from a cache: here the next command sees the new limit', () => {
    const org = scenario({ counters: { tool_calls: strict(1) } });
    org.reserve('one', { tool_calls: 1 });
    expect(outcome(org.reserve('two', { tool_calls: 1 }))).toEqual(['denied']);
    org.configure({ counters: { tool_calls: strict(2) } });
    expect(outcome(org.reserve('three', { tool_calls: 1 }))).toEqual(['reserved']);
    expect(outcome(org.reserve('four', { tool_calls: 1 }))).toEqual(['denied']);
  });

  it('two rules share one counter and the tightest trips early: here every rule has its own', () => {
    const quota = [strict(4), strict(4, { period: 'daily' }), strict(4, { scope: 'user' })];
    const org = scenario({ counters: { tool_calls: quota } });
    for (const call of ['a', 'b', 'c', 'd']) {
      expect(outcome(org.reserve(call, { tool_calls: 1 }))).toContain('reserved');
    }
    expect(outcome(org.reserve('e', { tool_calls: 1 }))).toEqual(['denied']);
    expect(org.row('tool_calls.organization.daily')).toMatchObject({ limit: 4, reserved: 4 });
  });

  it('a refund lands in the next window: here it goes to the period that the reservation fixed', () => {
    const org = scenario({ counters: { tool_calls: strict(2, { period: 'daily' }) } });
    org.reserve('before midnight', { tool_calls: 2 });
    org.now += DAY;
    org.reserve('after midnight', { tool_calls: 1 });
    org.release('before midnight');
    expect(org.row('tool_calls.organization.daily')).toMatchObject({ used: 0, reserved: 1 });
    expect(org.log.at(-1)).toMatchObject({ data: { lines: [{ period_start: '2026-05-10T00:00:00.000Z' }] } });
  });

  it('a cost that overshot is never recorded, so the limit never trips: here usage is a fact, and counts', () => {
    const org = scenario({ counters: { tool_cost: strict(1_000) } });
    org.reserve('cheap as declared', { tool_cost: 10 });
    expect(outcome(org.commit('cheap as declared', { tool_cost: 5_000 }))).toEqual(['committed', 'overrun']);
    expect(org.row('tool_cost.organization.monthly')).toMatchObject({ used: 10, overrun: 4_990 });
    expect(outcome(org.reserve('next', { tool_cost: 1 }))).toEqual(['denied']);
  });

  it('committing more than was held skips the block: here the excess is an event of its own', () => {
    const org = scenario({ counters: { tool_cost: strict(100) } });
    org.reserve('call', { tool_cost: 40 });
    org.commit('call', { tool_cost: 70 });
    expect(org.log.at(-1)).toMatchObject({ type: 'quota-overrun.v1', data: { lines: [{ amount: 30 }] } });
    expect(outcome(org.reserve('fits no more', { tool_cost: 31 }))).toEqual(['denied']);
    expect(outcome(org.reserve('fits', { tool_cost: 30 }))).toEqual(['reserved']);
  });

  it('a repeated charge is charged twice: here a repeat changes nothing and finds the first outcome', () => {
    const org = scenario({ counters: { tool_calls: strict(5) } });
    org.reserve('call', { tool_calls: 1 });
    expect(outcome(org.reserve('call', { tool_calls: 1 }))).toEqual([]);
    org.commit('call');
    expect(outcome(org.commit('call'))).toEqual([]);
    expect(outcome(org.reserve('call', { tool_calls: 1 }))).toEqual([]);
    expect(org.row('tool_calls.organization.monthly')).toMatchObject({ used: 1, reserved: 0 });
  });

  it('events are accepted and never counted: here what is not counted is rejected by name', () => {
    const org = scenario({ counters: { tool_calls: strict(5) } });
    expect(outcome(org.commit('never reserved'))).toBe('unknown_reservation');
    expect(outcome(org.reserve('call', { tool_calls: 1.5 }))).toBe('invalid_command');
    const report = {
      id: 'report',
      at: org.now,
      askedAt: org.now,
      scopes: { organization: 'acme' },
      traffic: null,
    };
    const amounts = [{ key: 'evaluations_run', amount: 1 }];
    expect(outcome(org.run({ type: 'charge', ...report, amounts }))).toBe('refused');
  });

  it('an id is reused for something else and billed as the same: here that is a conflict, not a duplicate', () => {
    const org = scenario({ counters: { tool_calls: strict(5) } });
    org.reserve('call', { tool_calls: 1 });
    expect(outcome(org.reserve('call', { tool_calls: 2 }))).toBe('reservation_conflict');
    org.commit('call');
    expect(outcome(org.reserve('call', { tool_calls: 2 }))).toBe('reservation_conflict');
    expect(outcome(org.commit('call', { tool_calls: 0 }))).toBe('outcome_conflict');
  });

  it("months are off by the zone's offset: here they begin at the organization's own midnight", () => {
    const org = scenario({ counters: { tool_calls: strict(5) } }, { zone: 'America/New_York', anchorDay: 1 });
    org.now = Date.UTC(2026, 5, 1, 3, 59);
    org.reserve('still in May', { tool_calls: 1 });
    org.now += MINUTE;
    org.reserve('in June', { tool_calls: 1 });
    expect(org.row('tool_calls.organization.monthly')).toMatchObject({
      period: { start: '2026-06-01T04:00:00.000Z', end: '2026-07-01T04:00:00.000Z' },
      reserved: 1,
    });
  });

  it('a day of 23 hours loses an hour of quota or grants it twice: here every instant has one day', () => {
    const org = scenario(
      { counters: { tool_calls: strict(1, { period: 'daily' }) } },
      { zone: 'Europe/Berlin', anchorDay: 1 },
    );
    const start = Date.UTC(2027, 2, 27, 23);
    const granted = [0, 22.9, 23, 46.9, 47].map((hours, call) => {
      org.now = start + hours * HOUR;
      return outcome(org.reserve(`call-${call}`, { tool_calls: 1 }));
    });
    const last = granted.map((events) => events.at(-1));
    expect(last).toEqual(['reserved', 'denied', 'reserved', 'denied', 'reserved']);
  });

  it("the application's clock decides what is late: here only the ledger's time does, and it never runs back", () => {
    const org = scenario({ counters: { tool_calls: strict(1, { period: 'daily' }) } });
    org.now += DAY;
    org.reserve('today', { tool_calls: 1 });
    org.now -= DAY;
    expect(outcome(org.reserve('by a clock set back to yesterday', { tool_calls: 1 }))).toEqual(['denied']);
  });

  it('a failure keeps the charge: here what did not run is given back, in full and over the limit too', () => {
    const org = scenario({ counters: { tool_calls: strict(3) } });
    org.reserve('call', { tool_calls: 3 });
    org.configure({ counters: { tool_calls: strict(1) } });
    expect(outcome(org.release('call'))).toEqual(['released']);
    expect(org.row('tool_calls.organization.monthly')).toMatchObject({ limit: 1, used: 0, reserved: 0 });
  });

  it('metering that is off reads as nobody being over: here it refuses', () => {
    const org = scenario({ description: 'names nothing' });
    const events = org.reserve('call', { tool_calls: 1 });
    expect(events).toMatchObject([
      { type: 'quota-denied.v1', data: { which: { kind: 'entitlement', key: 'tool_calls' } } },
    ]);
  });
});
