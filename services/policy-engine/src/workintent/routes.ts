import { routes } from '@countersign/contracts';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import type { ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { Gate } from '../access/gate.ts';
import type { OpenMessage } from '../openintent/open-message.ts';
import { createAdmit } from './admit.ts';
import type { BeginList } from './begin-list.ts';
import { createChanging } from './changing.ts';
import type { WorkIntentCommand, WorkIntentRejection } from './decide.ts';
import { createMaking } from './making.ts';
import { etagOf, intentShown } from './shown.ts';
import type { WorkIntent } from './state.ts';
import type { WorkIntentRow } from './view.ts';

export interface WorkIntentRouteDependencies {
  readonly service: ServiceDependencies;
  readonly workIntents: CommandHandler<WorkIntent, WorkIntentCommand, WorkIntentRejection>;
  readonly gate: Gate;
  readonly open: OpenMessage;
  readonly beginList: BeginList;
  readonly findIntent: (organization: string, id: string) => Promise<WorkIntentRow | undefined>;
  readonly caughtUp: (position?: number) => Promise<unknown>;
}

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
