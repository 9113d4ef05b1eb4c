import { SCOPE_KINDS } from '@countersign/access';
import { problem, routes } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { callIdFromKey } from '@countersign/event-sourcing';
import { type Allows, isProblem, mount } from '@countersign/http';
import { type MeterLedger, type MeterRow, meters, type Scopes, scopePath } from '@countersign/metering';
import type { ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { DecideNow } from '../admission/decide-now.ts';
import type { PlanInForce } from '../meter/plan-in-force.ts';
import { balanceOf } from '../meter/rows.ts';
import { usageProblem } from './problem.ts';
import { createTakeBack, type FindReport } from './refund.ts';
import { reporterOf } from './reporter.ts';
import { missingScope, scopesFor } from './whose.ts';

interface UsageRouteDependencies {
  readonly service: Pick<ServiceDependencies, 'ids'>;
  readonly decideNow: DecideNow;
  readonly planOf: (organization: string) => PlanInForce | null;
  readonly directory: Pick<Directory, 'agent' | 'pathOf'>;
  readonly permitted: Allows;
  /** Resolves when every plan that was published up to now is known: it may have been by another instance. */
  readonly knowsPlans: () => Promise<unknown>;
  readonly findReport: FindReport;
}

const NO_REFUNDS = problem('forbidden', 'an agent takes nothing back that was counted for its owner');

/** Takes reports of usage, each decided before it is answered. */
export function usageRoutes(app: FastifyInstance, deps: UsageRouteDependencies): void {
  const { decideNow, directory, planOf } = deps;
  const takeBack = createTakeBack(deps);

  mount(app, routes.reportUsage, async ({ body, headers, principal }) => {
    const { organization, kind } = principal;
    const reporter = reporterOf(principal);
    const idOf = (key: string) => callIdFromKey(organization, `${reporter}/usage`, key);
    const key = headers['idempotency-key'];
    const id = key === undefined ? deps.service.ids.next() : idOf(key);
    const { refund_of, key: counter } = body;
    if (refund_of !== undefined) {
      if (kind === 'agent') return NO_REFUNDS;
      const by = deps.permitted(principal, 'manage_plans') ? null : reporter;
      const named = [idOf(refund_of), refund_of];
      return takeBack({ organization, id, named, key: counter, amount: 0 - body.amount, by });
    }
    await deps.knowsPlans();
    const scopes = scopesFor(principal, body, directory);
    if (isProblem(scopes)) return scopes;
    const missing = missingScope(planOf(organization), counter, scopes);
    if (missing) return missing;
    const amounts = [{ key: counter, amount: body.amount }];
    return decideNow(
      organization,
      (at) => ({ type: 'charge', id, at, askedAt: at, amounts, scopes, traffic: null, reporter }),
      (decided) => {
        if (decided.kind !== 'decided') return usageProblem(decided);
        const rows = rowsOf(decided.ledger, decided.at, counter, scopes);
        return {
          status: 200 as const,
          body: { id, key: counter, amount: body.amount, meters: rows.map(balanceOf) },
        };
      },
    );
  });
}

/** The meters that count a key for these scopes. */
export function rowsOf(ledger: MeterLedger, at: number, key: string, scopes: Scopes): readonly MeterRow[] {
  const mine = new Set(SCOPE_KINDS.map((kind) => scopePath(kind, scopes)));
  return meters(ledger, scopes.organization, at).filter((row) => row.key === key && mine.has(row.scope));
}
