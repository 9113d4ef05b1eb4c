import { describe, expect, it } from 'vitest';
import { DAY, outcome, type Scenario, scenario } from '../proof/scenario.ts';
import { isQuotaRefused } from './rejection.ts';

const MONTHLY = 'evaluations_run.organization.monthly';
const plan = (limit: number | null, strict = true) => ({
  counters: { evaluations_run: { limit, strict, period: 'monthly' } },
});
const used = (org: Scenario) => org.row(MONTHLY)?.used;

function charge(org: Scenario, amount: number, id: string | null = null) {
  return org.run({
    type: 'charge',
    id,
    at: org.now,
    askedAt: org.now,
    amounts: [{ key: 'evaluations_run', amount }],
    scopes: { organization: 'acme' },
    traffic: null,
    reporter: 'service:one',
  });
}

function refund(org: Scenario, amount: number, id: string, of: string, by: string | null = 'service:one') {
  const about = { id, of, amount, by, key: 'evaluations_run', report: null };
  return org.run({ type: 'refund', ...about, at: org.now, askedAt: org.now });
}

describe('a charge', () => {
  const org = scenario(plan(5));

  it('counts at once, once for its id, and leaves no trace where it is refused', () => {
    expect([charge(org, 3), charge(org, 1, 'x'), charge(org, 1, 'x')].map(outcome)).toEqual([
      ['period-opened', 'charged'],
      ['charged'],
      [],
    ]);
    const before = org.log.length;
    expect([charge(org, 2), charge(org, 2, 'y'), charge(org, 0)].map(outcome)).toEqual([
      'refused',
      'refused',
      ['charged'],
    ]);
    expect([used(org), org.log.length]).toEqual([4, before + 1]);
  });

  it('is taken back as far as it is left, once for each refund, also over a limit that was lowered', () => {
    charge(org, 1, 'y');
    org.configure(plan(1));
    expect([outcome(refund(org, 0, 'r0', 'x')), used(org)]).toEqual([['adjusted'], 5]);
    expect([refund(org, 9, 'r1', 'x'), refund(org, 9, 'r1', 'x')].map(outcome)).toEqual([['adjusted'], []]);
    expect(used(org)).toBe(4);
    expect([outcome(refund(org, 9, 'r2', 'x')), used(org)]).toEqual([['adjusted'], 4]);
    expect(outcome(refund(org, 9, 'r1', 'y'))).toBe('reservation_conflict');
  });

  it('A-ADJ-11: is taken back by who reported it, or for nobody in particular; nothing is taken back of nothing', () => {
    expect(outcome(refund(org, 1, 'r3', 'y', 'service:two'))).toBe('unknown_report');
    expect(outcome(refund(org, 1, 'r3', 'nothing'))).toBe('unknown_report');
    expect(outcome(refund(org, 1, 'r3', 'r1'))).toBe('unknown_report');
    expect([outcome(refund(org, 1, 'r3', 'y', null)), used(org)]).toEqual([['adjusted'], 3]);
  });

  it('A-CHK-11: is taken back in the period that it was counted in', () => {
    org.configure(plan(5));
    charge(org, 1, 'z');
    org.now += 31 * DAY;
    charge(org, 2);
    expect([outcome(refund(org, 9, 'r4', 'z')), used(org)]).toEqual([['adjusted'], 2]);
  });
});

/** What is used afterwards; `no`: refused, and as before. */
type After = number | 'no';

describe('a charge, or a refund where the amount is negative', () => {
  it.each<[row: string, limit: number | null, usage: number | null, amount: number, After, After]>([
    // A soft limit is crossed once, however far: there a single amount above it was refused.
    ['A-ADJ-1', 10, null, 12, 'no', 12],
    ['A-ADJ-2', 10, null, 10, 10, 10],
    ['A-ADJ-3', 10, 8, 2, 10, 10],
    ['A-ADJ-4', 10, 9, 2, 'no', 11],
    ['A-ADJ-5', 10, 10, 2, 'no', 'no'],
    // Nothing at all is let through over any limit, and so is all that gives back: there both were refused.
    ['A-ADJ-6', 10, 10, 0, 10, 10],
    ['A-ADJ-7', 10, 11, -1, 10, 10],
    ['A-ADJ-8', 10, 10, -1, 9, 9],
    ['A-ADJ-9', 10, 50, -1, 49, 49],
    ['A-ADJ-10', 10, 3, -10, 0, 0],
    ['A-ADJ-12', null, null, 1_000_000, 1_000_000, 1_000_000],
    ['A-ADJ-12', null, 7, 1_000_000, 1_000_007, 1_000_007],
    ['A-ADJ-12', null, 7, -3, 4, 4],
    ['A-ADJ-13', 0, null, 0, 0, 0],
    ['A-ADJ-13', 0, 0, 0, 0, 0],
    ['A-ADJ-14', 0, null, 1, 'no', 'no'],
  ])(
    '%s: limit %s, used %s, amount %s: strict %s, soft %s (A-ADJ-16: a refusal tells what is stored)',
    (_row, limit, usage, amount, strict, soft) => {
      for (const [isStrict, expected] of [
        [true, strict],
        [false, soft],
      ] as const) {
        const org = scenario(plan(null));
        if (usage !== null) charge(org, usage, 'before');
        org.configure(plan(limit, isStrict));
        const before = org.log.length;
        const decided = amount < 0 ? refund(org, -amount, 'back', 'before') : charge(org, amount);
        expect('rejected' in decided).toBe(expected === 'no');
        expect(used(org)).toBe(expected === 'no' ? (usage ?? 0) : expected);
        if (expected === 'no') {
          const failure = isQuotaRefused(decided) ? decided.failure : null;
          expect(failure).toMatchObject({ limit, used: usage ?? 0, amount });
          expect(org.log).toHaveLength(before);
        }
      }
    },
  );
});
