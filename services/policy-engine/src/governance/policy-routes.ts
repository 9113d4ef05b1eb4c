import { routes } from '@countersign/contracts';
import { isProblem, mount } from '@countersign/http';
import type { FastifyInstance } from 'fastify';
import { createAdmit } from '../workintent/admit.ts';
import { createChanging } from '../workintent/changing.ts';
import type { WorkIntentRouteDependencies } from '../workintent/dependencies.ts';
import { effective } from './state.ts';

/** What governs a work intent: everybody who may read it sees it, its administrators say it. */
export function governancePolicyRoutes(app: FastifyInstance, deps: WorkIntentRouteDependencies): void {
  const admit = createAdmit(deps);
  const { changeGovernance } = createChanging(deps);

  mount(app, routes.getIntentGovernance, async ({ params: { id }, principal }) => {
    const admitted = await admit(principal, id, 'read');
    if (isProblem(admitted)) return admitted;
    const { governance_policy = {} } = admitted.row;
    const body = { intent_id: id, governance_policy, effective_policy: effective(governance_policy) };
    return { status: 200, body };
  });
  mount(app, routes.putIntentGovernance, ({ params, headers, body, principal }) =>
    changeGovernance(principal, params.id, headers['if-match'], body),
  );
  mount(app, routes.removeIntentGovernance, ({ params, headers, principal }) =>
    changeGovernance(principal, params.id, headers['if-match'], null),
  );
}
