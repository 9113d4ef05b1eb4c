import { type Plan, parsePlan } from '@countersign/access';
import type { Amount, MeterCommand, Reserve } from '../ledger/commands.ts';
import { decide } from '../ledger/decide.ts';
import type { MeterEvent } from '../ledger/events.ts';
import { evolve } from '../ledger/evolve.ts';
import { type MeterRow, meters } from '../ledger/meters.ts';
import type { MeterRejection } from '../ledger/rejection.ts';
import { emptyLedger, type MeterLedger } from '../ledger/state.ts';

/** In milliseconds. */
export const MINUTE = 60_000;
/** In milliseconds. */
export const HOUR = 60 * MINUTE;
/** In milliseconds. */
export const DAY = 24 * HOUR;

/** Amounts by key, as a spec writes them. */
export type Amounts = { readonly [key: string]: number };

const amountsOf = (amounts: Amounts): readonly Amount[] =>
  Object.entries(amounts).map(([key, amount]) => ({ key, amount }));

/** An entry that must be a valid plan. */
export function planOf(entry: object): Plan {
  const parsed = parsePlan(entry);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

/** One organization's ledger, spoken to in short. Each call decides at the scenario's time and folds what comes of it. */
export interface Scenario {
  readonly log: readonly MeterEvent[];
  ledger: MeterLedger;
  /** UTC milliseconds. */
  now: number;
  run(command: MeterCommand): readonly MeterEvent[] | MeterRejection;
  configure(plan: object, calendar?: { zone: string; anchorDay: number }): void;
  reserve(id: string, amounts: Amounts, more?: Partial<Reserve>): readonly MeterEvent[] | MeterRejection;
  commit(id: string, actual?: Amounts): readonly MeterEvent[] | MeterRejection;
  /** No outcome came. */
  assume(id: string): readonly MeterEvent[] | MeterRejection;
  release(id: string): readonly MeterEvent[] | MeterRejection;
  expire(): readonly MeterEvent[] | MeterRejection;
  row(rule: string, scope?: string): MeterRow | undefined;
}

/** An organization `acme` under a plan, from 10 May 2026, noon, in UTC unless told otherwise. */
export function scenario(plan: object, calendar = { zone: 'UTC', anchorDay: 1 }): Scenario {
  const log: MeterEvent[] = [];
  const self: Scenario = {
    log,
    ledger: emptyLedger(),
    now: Date.UTC(2026, 4, 10, 12),
    run(command) {
      const decision = decide(command, self.ledger);
      if ('rejected' in decision) return decision;
      log.push(...decision);
      self.ledger = decision.reduce(evolve, self.ledger);
      return decision;
    },
    configure(next, { zone, anchorDay } = calendar) {
      self.run({ type: 'configure', at: self.now, plan: 'test', entry: planOf(next), zone, anchorDay });
    },
    reserve(id, amounts, more = {}) {
      return self.run({
        type: 'reserve',
        id,
        at: self.now,
        askedAt: self.now,
        amounts: amountsOf(amounts),
        scopes: { organization: 'acme', workspace: 'main', project: 'web', user: 'ann' },
        traffic: { categories: ['tool_calls'], amount: 1 },
        expiresAt: self.now + 15 * MINUTE,
        onExpiry: 'commit',
        ...more,
      });
    },
    commit(id, actual = {}) {
      return self.run({ type: 'commit', id, at: self.now, actual: amountsOf(actual), assumed: false });
    },
    assume(id) {
      return self.run({ type: 'commit', id, at: self.now, actual: [], assumed: true });
    },
    release(id) {
      return self.run({ type: 'release', id, at: self.now });
    },
    expire() {
      return self.run({ type: 'expire', at: self.now, limit: 100 });
    },
    row(rule, scope = 'organization:acme') {
      return meters(self.ledger, 'acme', self.now).find((each) => each.rule === rule && each.scope === scope);
    },
  };
  self.configure(plan);
  return self;
}

/** The types of what came of a command, without version; or the code of its rejection. */
export function outcome(decision: readonly MeterEvent[] | MeterRejection): readonly string[] | string {
  if ('rejected' in decision) return decision.rejected;
  return decision.map(({ type }) => type.replace(/^quota-(.*)\.v1$/, '$1'));
}
