import { COUNTERS, FLAGS, type Flag } from '@countersign/access';
import type { Entitlement, EntitlementRequest } from '@countersign/contracts';
import { type MeterLedger, type MeterRow, type Scopes, scopePath } from '@countersign/metering';
import { quotasOf } from '../admission/named.ts';
import type { PlanInForce } from '../meter/plan-in-force.ts';
import { balanceOf } from '../meter/rows.ts';
import { rowsOf } from './routes.ts';

/** Whether a plan allows something now. Strict whatever the plan says: what a soft limit lets cross, this does not promise. */
export function entitlementOf(
  { key, amount }: EntitlementRequest,
  { plan, entry }: PlanInForce,
  scopes: Scopes,
  ledger: MeterLedger,
  at: number,
): Entitlement {
  const kind = kindOf(key);
  if (kind === 'flag') {
    const allowed = entry.flags[key as Flag] === true;
    return { key, kind, plan, allowed, reason: allowed ? null : 'flag_off', meters: [] };
  }
  const quotas = quotasOf(entry, key);
  const rows = rowsOf(ledger, at, key, scopes);
  const reason =
    quotas.length === 0
      ? ('not_in_plan' as const)
      : fits(rows, quotas, amount, scopes)
        ? null
        : ('over_quota' as const);
  return { key, kind, plan, allowed: reason === null, reason, meters: rows.map(balanceOf) };
}

function kindOf(key: string): Entitlement['kind'] {
  if (FLAGS.some((flag) => flag === key)) return 'flag';
  return COUNTERS.some((counter) => counter === key) ? 'counter' : 'gauge';
}

/** A rule that has not counted anything yet of these scopes has no row, and its whole limit left. */
function fits(
  rows: readonly MeterRow[],
  quotas: ReturnType<typeof quotasOf>,
  amount: number,
  scopes: Scopes,
): boolean {
  if (amount === 0) return true;
  return quotas.every(({ limit, scope, period }) => {
    if (limit === null) return true;
    const path = scopePath(scope, scopes);
    const row = rows.find(
      (each) => each.scope === path && each.rule.endsWith(`.${scope}.${period ?? 'total'}`),
    );
    const level = row === undefined ? 0 : row.used + row.reserved + row.overrun;
    return path !== null && level + amount <= limit;
  });
}
