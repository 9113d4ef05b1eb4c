import { type Problem, problem, routes, type UsageRequest } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { callIdFromKey } from '@countersign/event-sourcing';
import { isProblem, mount } from '@countersign/http';
import { type MeterLedger, type MeterRow, meters, type Scopes } from '@countersign/metering';
import { admissionProblem, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { refusedBy } from '../admission/admission.ts';
import type { DecideNow } from '../admission/decide-now.ts';
import { quotasOf } from '../admission/named.ts';
import type { PlanInForce } from '../meter/plan-in-force.ts';
import { balanceOf } from '../meter/rows.ts';
import { scopesFor } from './whose.ts';

interface UsageRouteDependencies {
  readonly service: Pick<ServiceDependencies, 'ids'>;
  readonly decideNow: DecideNow;
  readonly planOf: (organization: string) => PlanInForce | null;
  readonly directory: Pick<Directory, 'agent' | 'pathOf'>;
}

const NO_REFUNDS = problem('forbidden', 'an agent takes nothing back that was counted for its owner');

/** Takes reports of usage, each decided before it is answered. */
export function usageRoutes(app: FastifyInstance, deps: UsageRouteDependencies): void {
  const { decideNow, directory, planOf } = deps;

  mount(app, routes.reportUsage, async ({ body, headers, principal }) => {
    const { organization, kind } = principal;
    if (body.amount < 0 && kind === 'agent') return NO_REFUNDS;
    const scopes = scopesFor(principal, body, directory);
    if (isProblem(scopes)) return scopes;
    const missing = missingScope(planOf(organization), body, scopes);
    if (missing) return missing;
    const key = headers['idempotency-key'];
    const by = `${kind}:${principal.id}/usage`;
    const id = key === undefined ? deps.service.ids.next() : callIdFromKey(organization, by, key);
    const amounts = [{ key: body.key, amount: Math.abs(body.amount) }];
    return decideNow(
      organization,
      (at) =>
        body.amount < 0
          ? { type: 'refund', id, at, askedAt: at, amounts, scopes }
          : { type: 'charge', id, at, askedAt: at, amounts, scopes, traffic: null },
      (decided) => {
        switch (decided.kind) {
          case 'decided': {
            const rows = rowsOf(decided.ledger, decided.at, body.key, scopes);
            return {
              status: 200 as const,
              body: { id, key: body.key, amount: body.amount, meters: rows.map(balanceOf) },
            };
          }
          case 'failure':
            return admissionProblem(refusedBy(decided.failure));
          case 'rejected':
            return decided.code === 'reservation_conflict'
              ? problem('idempotency_conflict', 'the key was used for another report')
              : problem('unavailable', decided.detail);
          default:
            return admissionProblem(decided);
        }
      },
    );
  });
}

/** The meters that count a key for these scopes. */
export function rowsOf(ledger: MeterLedger, at: number, key: string, scopes: Scopes): readonly MeterRow[] {
  const mine = new Set(Object.entries(scopes).map(([kind, id]) => `${kind}:${id}`));
  return meters(ledger, scopes.organization, at).filter((row) => row.key === key && mine.has(row.scope));
}

/** A limit by user or project can't be kept where nobody says whose usage it is. */
function missingScope(plan: PlanInForce | null, { key }: UsageRequest, scopes: Scopes): Problem | null {
  const missing = new Set(
    quotasOf(plan?.entry ?? EMPTY, key)
      .filter(({ limit, scope }) => limit !== null && scopes[scope] === undefined)
      .map(({ scope }) => (scope === 'user' ? 'user' : 'project')),
  );
  if (missing.size === 0) return null;
  const errors = [...missing].map((scope) => ({
    pointer: `/${scope}`,
    detail: `is missing: the plan limits ${key} by ${scope}; say whose usage it is`,
  }));
  return problem('invalid_request', `the plan limits ${key} by more than the organization`, { errors });
}

const EMPTY = { flags: {}, counters: {}, gauges: {}, throttles: [] };
