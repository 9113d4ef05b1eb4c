import { routes } from '@countersign/contracts';
import { isProblem, mount } from '@countersign/http';
import type { FastifyInstance } from 'fastify';
import { createAdmit } from './admit.ts';
import { createChanging } from './changing.ts';
import type { WorkIntentRouteDependencies } from './dependencies.ts';
import { createMaking } from './making.ts';
import { etagOf, intentShown } from './shown.ts';

/** Making work intents and changing them. */
export function workIntentRoutes(app: FastifyInstance, deps: WorkIntentRouteDependencies): void {
  const admit = createAdmit(deps);
  const make = createMaking(deps);
  const { changeState, changeStatus } = createChanging(deps);

  mount(app, routes.createWorkIntent, ({ headers, body, principal }) =>
    make(principal, headers['idempotency-key'], body),
  );
  mount(app, routes.getWorkIntent, async ({ params, principal }) => {
    const admitted = await admit(principal, params.id, 'read');
    if (isProblem(admitted)) return admitted;
    const body = await intentShown(deps.open, admitted.row);
    return { status: 200, body, headers: etagOf(body) } as const;
  });
  // The seed's method, and the one that its published client uses.
  for (const route of [routes.updateWorkIntentState, routes.patchWorkIntentState])
    mount(app, route, ({ params, headers, body, principal }) =>
      changeState(principal, params.id, headers['if-match'], body.patches),
    );
  for (const route of [routes.setWorkIntentStatus, routes.patchWorkIntentStatus])
    mount(app, route, ({ params, headers, body, principal }) =>
      changeStatus(principal, params.id, headers['if-match'], body.status, body.reason),
    );
}
