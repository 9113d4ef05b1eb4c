import {
  ACL_TOPICS,
  ACL_TYPES,
  type AclBoard,
  createAclBoard,
  createIntentStanding,
  type Directory,
  type PlanCatalog,
} from '@countersign/directory';
import { createCommandHandler, currentPosition } from '@countersign/event-store';
import { allReached, startDueLoop } from '@countersign/processing';
import { type Following, findCaughtUp, followInto, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { access } from '../access/decide.ts';
import { createGate } from '../access/gate.ts';
import { accessRoutes } from '../access/routes.ts';
import { approvalRoutes } from '../governance/approval-routes.ts';
import { costRoutes } from '../governance/cost-routes.ts';
import { governancePolicyRoutes } from '../governance/policy-routes.ts';
import { createGovernanceRights } from '../governance/rights.ts';
import { createApprovalsView, createCostsView } from '../governance/views.ts';
import { createLeaseBoard, LEASE_TYPES } from '../lease/board.ts';
import { leaseRoutes } from '../lease/routes.ts';
import { namespace } from '../namespace/decide.ts';
import { namespaceRoutes } from '../namespace/routes.ts';
import { createNamespacesView } from '../namespace/view.ts';
import { createAwardReaction } from '../reactions/award-access.ts';
import { createRevokeLeases } from '../reactions/revoke-leases.ts';
import { createAccessExpiries } from '../timers/access-expiries.ts';
import { createLeaseExpiries } from '../timers/lease-expiries.ts';
import { createBeginList } from '../workintent/begin-list.ts';
import { contextRuleRoutes } from '../workintent/context-rule-routes.ts';
import { workIntent } from '../workintent/decide.ts';
import { workIntentEventRoutes } from '../workintent/events-routes.ts';
import { workIntentReadingRoutes } from '../workintent/reading-routes.ts';
import { workIntentRoutes } from '../workintent/routes.ts';
import { workIntentStream } from '../workintent/shown.ts';
import { createToldView } from '../workintent/told-view.ts';
import { createWorkIntentsView, workIntentKey } from '../workintent/view.ts';
import { createOpenMessage } from './open-message.ts';

/** Work intents, namespaces and their access lists: what is served under `/api/v1`, and what decides by it. */
export function createOpenIntentSurface(
  deps: ServiceDependencies,
  {
    directory,
    plans,
    control,
  }: { readonly directory: Directory; readonly plans: PlanCatalog; readonly control: Following },
) {
  const { store, bus, sealer, views, clock, logger } = deps;
  const lists = createCommandHandler({
    store,
    decider: access,
    seal: sealer.seal,
    begins: ({ kind }) => kind === 'create',
  });
  const workIntents = createCommandHandler({
    store,
    decider: workIntent,
    seal: sealer.seal,
    begins: ({ kind }) => kind === 'create',
  });
  const namespaces = createCommandHandler({ store, decider: namespace, seal: sealer.seal });

  const board: AclBoard = createAclBoard();
  const leases = createLeaseBoard();
  const following = followInto(
    bus,
    ACL_TOPICS,
    (message) => {
      board.apply(message);
      leases.apply(message);
    },
    { types: [...ACL_TYPES, ...LEASE_TYPES] },
  );
  const intents = createIntentStanding({ board, directory, nowMs: clock.nowMs });
  const { rights } = intents;
  const governanceRights = createGovernanceRights({
    directory,
    lists: board,
    rights,
    plans,
    bus,
    nowMs: clock.nowMs,
  });
  const intentsView = createWorkIntentsView();
  const namespacesView = createNamespacesView();
  const approvals = createApprovalsView();
  views.add(intentsView, createToldView(), approvals, createCostsView(), namespacesView);

  const known = [views, control, following];
  const caughtUp = async (position?: number): Promise<void> => {
    await allReached(known, position ?? (await currentPosition(store)));
  };
  const findIntent = (organization: string, id: string) =>
    findCaughtUp(deps, intentsView, workIntentKey(organization, id), {
      stream: workIntentStream(organization, id),
    });

  return {
    following,
    rights,
    routes(app: FastifyInstance): void {
      const gate = createGate({ rights, board, allows: app.edge.allows, clock });
      const open = createOpenMessage(bus, sealer);
      const beginList = createBeginList({ service: deps, lists, board });
      const common = { service: deps, gate, open, caughtUp };
      accessRoutes(app, { ...common, lists, board });
      const ofIntents = { ...common, workIntents, governanceRights, leases, beginList, findIntent };
      workIntentRoutes(app, ofIntents);
      governancePolicyRoutes(app, ofIntents);
      approvalRoutes(app, { ...ofIntents, approvals });
      costRoutes(app, ofIntents);
      leaseRoutes(app, ofIntents);
      workIntentEventRoutes(app, { ...common, workIntents });
      contextRuleRoutes(app, { ...common, workIntents, findIntent });
      workIntentReadingRoutes(app, { ...common, board, findIntent });
      namespaceRoutes(app, { ...common, namespaces, view: namespacesView, beginList });
    },
    award: createAwardReaction({
      lists,
      sealer,
      refused: ({ data }, why) => logger.error({ request: data.request_id, why }, 'access was not granted'),
    }),
    revokeLeases: createRevokeLeases({ leases, board, governanceRights, workIntents }),
    startExpiries() {
      const now = () => clock.nowMs();
      const onError = (what: string) => (error: Error) =>
        logger.error({ err: error }, `${what} could not be expired`);
      return [
        startDueLoop({ source: createAccessExpiries({ board, lists }), now, onError: onError('access') }),
        startDueLoop({
          source: createLeaseExpiries({ leases, workIntents }),
          now,
          onError: onError('a lease'),
        }),
      ];
    },
  };
}
