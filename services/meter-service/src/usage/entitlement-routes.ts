import { problem, routes } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { type Allows, isProblem, mount } from '@countersign/http';
import { storeProblem } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { MeterBooks } from '../meter/books.ts';
import { type PlanInForce, underPlan } from '../meter/plan-in-force.ts';
import { entitlementOf } from './entitlement.ts';
import { concernsOthers, missingScope, scopesFor } from './whose.ts';

interface EntitlementRouteDependencies {
  readonly books: MeterBooks;
  readonly planOf: (organization: string) => PlanInForce | null;
  readonly directory: Pick<Directory, 'agent' | 'pathOf'>;
  readonly permitted: Allows;
  /** Resolves when every plan and agent that there was up to now is known: they may have come by another instance. */
  readonly knowsPlans: () => Promise<unknown>;
}

/** Who reads all meters, and who reports for others and is told theirs. */
const SEE_OTHERS = ['read', 'call_tools'] as const;
const NOT_YOURS = problem('forbidden', 'what others use is shown to who has read or call_tools', {
  required_permission: 'read',
});
const NO_PLAN = problem('unavailable', 'the plan of the organization is not known yet');

/** Answers what a plan allows out of the open book; changes nothing. */
export function entitlementRoutes(app: FastifyInstance, deps: EntitlementRouteDependencies): void {
  mount(app, routes.checkEntitlement, async ({ body, principal }) => {
    if (concernsOthers(principal, body) && !SEE_OTHERS.some((one) => deps.permitted(principal, one)))
      return NOT_YOURS;
    await deps.knowsPlans();
    const scopes = scopesFor(principal, body, deps.directory);
    if (isProblem(scopes)) return scopes;
    const checked = await deps.books.run(
      principal.organization,
      async ({ ledger, at }) => {
        const plan = deps.planOf(principal.organization);
        if (plan === null) return NO_PLAN;
        const missing = missingScope(plan, body.key, scopes);
        if (missing !== null) return missing;
        // The plan in force, also where nothing was metered since it changed.
        return { checked: entitlementOf(body, plan, scopes, underPlan(ledger, plan, at), at) };
      },
      'caughtUp',
    );
    if (isProblem(checked)) return checked;
    return 'checked' in checked ? { status: 200, body: checked.checked } : storeProblem(checked.error);
  });
}
