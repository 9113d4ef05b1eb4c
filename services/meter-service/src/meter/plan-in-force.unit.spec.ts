import { fold } from '@countersign/event-sourcing';
import { type MeterEvent, type MeterLedger, meters } from '@countersign/metering';
import { describe, expect, it } from 'vitest';
import { AT, planFrom } from '../testing/book-programs.ts';
import { meter } from './decide.ts';
import { createKnownPlans, type PlanInForce, underPlan } from './plan-in-force.ts';

const planOf = (limit: number): PlanInForce => ({
  plan: 'team',
  entry: planFrom({
    counters: { tool_calls: { limit, strict: true, period: 'monthly' } },
    throttles: [{ mode: 'include', categories: ['tool_calls'], bucket: { capacity: 5, rate: 60 } }],
  }),
  zone: 'UTC',
  anchorDay: 1,
});

function configured(plan: PlanInForce): MeterLedger {
  const events = meter.decide({ type: 'configure', at: AT, ...plan }, meter.initial) as readonly MeterEvent[];
  return fold(meter, events);
}

describe('a ledger under another plan', () => {
  it('shows the other plan, and is not the ledger that was given', () => {
    const ledger = configured(planOf(5));
    const before = structuredClone(ledger);
    const shown = meters(underPlan(ledger, planOf(6), AT), 'acme', AT);
    expect(shown).toMatchObject([{ key: 'tool_calls', limit: 6 }]);
    expect(ledger).toEqual(before);
  });

  it('is the ledger itself where it has the plan already', () => {
    const ledger = configured(planOf(5));
    expect(underPlan(ledger, planOf(5), AT)).toBe(ledger);
  });
});

describe('known plans', () => {
  it('are those that a ledger was last seen with, down to slug and calendar', () => {
    const known = createKnownPlans();
    const plan = planOf(5);
    const ledger = configured(plan);
    expect(known.has(ledger, plan)).toBe(false);
    known.remember(ledger, plan);
    expect(known.has(ledger, plan)).toBe(true);
    const others: Partial<PlanInForce>[] = [
      { plan: 'other' },
      { entry: planOf(5).entry },
      { zone: 'Asia/Tokyo' },
      { anchorDay: 2 },
    ];
    for (const other of others) expect(known.has(ledger, { ...plan, ...other })).toBe(false);
    expect(known.has(configured(plan), plan)).toBe(false);
  });
});
