import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, outcome, scenario } from '../proof/scenario.ts';
import { nextExpiry } from './release.ts';
import { reservationOf } from './state.ts';

const strict = (limit: number, more: object = {}) => ({ limit, strict: true, period: 'monthly', ...more });
const MONTHLY = 'tool_calls.organization.monthly';
const COST = 'tool_cost.organization.monthly';

describe('an outcome', () => {
  it('below the hold frees the rest', () => {
    const org = scenario({ counters: { tool_cost: strict(100) } });
    org.reserve('call', { tool_cost: 100 });
    org.commit('call', { tool_cost: 30 });
    expect(org.row(COST)).toMatchObject({ used: 30, reserved: 0, overrun: 0 });
  });

  it('that never comes charges the whole hold; when it comes after all the difference is adjusted in its period', () => {
    const org = scenario({ counters: { tool_cost: strict(100, { period: 'daily' }) } });
    org.reserve('call', { tool_cost: 60 });
    expect(outcome(org.assume('call'))).toEqual(['committed']);
    org.now += DAY;
    org.commit('call', { tool_cost: 45 });
    expect(org.log.at(-1)).toMatchObject({
      type: 'quota-adjusted.v1',
      data: {
        cause: 'late_outcome',
        lines: [{ period_start: '2026-05-10T00:00:00.000Z', amount: -15, overrun: 0 }],
      },
    });
    expect(org.row('tool_cost.organization.daily')).toMatchObject({ used: 0 });
    expect(outcome(org.commit('call', { tool_cost: 45 }))).toEqual([]);
  });

  it('after an assumed end that says that nothing ran gives everything back', () => {
    const org = scenario({ counters: { tool_cost: strict(100) } });
    org.reserve('call', { tool_cost: 60 });
    org.assume('call');
    expect(outcome(org.release('call'))).toEqual(['adjusted']);
    expect(org.row(COST)).toMatchObject({ used: 0, reserved: 0 });
  });

  it('after a release or a denial is charged all the same: what fits, the rest as overrun', () => {
    const org = scenario({ counters: { tool_cost: strict(100) } });
    org.reserve('given back', { tool_cost: 60 });
    org.release('given back');
    org.reserve('big', { tool_cost: 80 });
    org.reserve('refused', { tool_cost: 50 });
    expect(outcome(org.commit('given back', { tool_cost: 60 }))).toEqual(['adjusted', 'overrun']);
    expect(outcome(org.commit('refused', { tool_cost: 5 }))).toEqual(['adjusted', 'overrun']);
    expect(org.row(COST)).toMatchObject({ used: 20, reserved: 80, overrun: 45 });
  });

  it('without a reservation is recorded: what fits, the rest as overrun, once', () => {
    const org = scenario({ counters: { tool_cost: strict(100) } });
    const usage = {
      type: 'record',
      id: 'usage',
      at: org.now,
      askedAt: org.now,
      amounts: [{ key: 'tool_cost', amount: 130 }],
      scopes: { organization: 'acme' },
    } as const;
    expect(outcome(org.run(usage))).toEqual(['period-opened', 'adjusted', 'overrun']);
    expect(outcome(org.run(usage))).toEqual([]);
    expect(org.row(COST)).toMatchObject({ used: 100, overrun: 30 });
  });
});

describe('expiry', () => {
  it('charges a hold by default, and gives it back only where that was agreed', () => {
    const org = scenario({ counters: { tool_calls: strict(9) } });
    org.reserve('charged', { tool_calls: 1 }, { expiresAt: org.now + MINUTE });
    org.reserve('given back', { tool_calls: 2 }, { expiresAt: org.now + 2 * MINUTE, onExpiry: 'release' });
    expect(nextExpiry(org.ledger)).toBe(org.now + MINUTE);
    expect(outcome(org.expire())).toEqual([]);
    org.now += 2 * MINUTE;
    expect(outcome(org.expire())).toEqual(['committed', 'released']);
    expect(org.row(MONTHLY)).toMatchObject({ used: 1, reserved: 0 });
    expect(nextExpiry(org.ledger)).toBeNull();
  });

  it('is an event: until it is decided, even at the last instant, a hold can be committed, and is marked late', () => {
    const org = scenario({ counters: { tool_calls: strict(9) } });
    org.reserve('call', { tool_calls: 1 });
    org.now += 15 * MINUTE;
    org.commit('call');
    expect(org.log.at(-1)).toMatchObject({
      type: 'quota-committed.v1',
      data: { late: true, assumed: false },
    });
  });

  it('does not lose what runs on: usage after it is charged as far as it fits', () => {
    const org = scenario({ counters: { tool_cost: strict(100) } });
    org.reserve('slow', { tool_cost: 70 }, { onExpiry: 'release' });
    org.now += HOUR;
    org.expire();
    org.reserve('meanwhile', { tool_cost: 50 });
    expect(outcome(org.commit('slow'))).toEqual(['committed', 'overrun']);
    expect(org.row(COST)).toMatchObject({ used: 50, reserved: 50, overrun: 20 });
    expect(outcome(org.reserve('slow', { tool_cost: 70 }, { onExpiry: 'release' }))).toEqual([]);
  });
});

describe('release', () => {
  it('before its reservation makes sure that none follows', () => {
    const org = scenario({ counters: { tool_calls: strict(9) } });
    expect(outcome(org.release('blocked call'))).toEqual(['released']);
    expect(outcome(org.reserve('blocked call', { tool_calls: 1 }))).toEqual([]);
    expect(reservationOf(org.ledger, 'blocked call')).toMatchObject({ status: 'released', request: null });
    expect(outcome(org.commit('blocked call'))).toBe('unknown_reservation');
  });
});
