import {
  ACL_TOPICS,
  ACL_TYPES,
  createAclBoard,
  createDirectory,
  createFallByEvent,
  createIntentStanding,
  createKillSwitchBoard,
  createPlanCatalog,
  createRetentionBoard,
  createStandingCheck,
  DIRECTORY_TOPICS,
  DIRECTORY_TYPES,
  FALL_TOPICS,
  isCounted,
  KILL_SWITCH_TOPICS,
  KILL_SWITCH_TYPES,
  PLAN_TYPES,
  RETENTION_TYPES,
} from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { createCommandHandler, currentPosition } from '@countersign/event-store';
import { allReached, startDueLoop, startReactor } from '@countersign/processing';
import {
  createForgottenRows,
  findCaughtUp,
  followInto,
  type Publications,
  type Service,
  type ServiceDependencies,
} from '@countersign/service';
import { createAccessRequests, type HandlerAccess } from './access-requests.ts';
import { accessHandlerPublications } from './accesshandler/publish.ts';
import { createEntryVisible } from './accessrequest/entry-visible.ts';
import { accessRequestPublications } from './accessrequest/publish.ts';
import { accessReviewPublications } from './accessreview/publish.ts';
import { approval } from './approval/decide.ts';
import { createWhyFallen } from './approval/fallen.ts';
import { measureApprovals } from './approval/metrics.ts';
import { approvalPublications } from './approval/publish.ts';
import { approvalRoutes } from './approval/routes.ts';
import { createIsKept } from './approval/visibility.ts';
import { ASK_TOPICS, ASK_TYPES, createAskReaction } from './reactions/ask.ts';
import { createWithdrawReaction, WITHDRAW_TYPES } from './reactions/withdraw.ts';
import { createExpiries } from './timers/expiries.ts';
import { createApprovalsView } from './views/approvals.ts';
import { waitingApprovals } from './views/waiting-approvals.ts';

/** Stored events of the approval-service as public ones. */
export const approvalServicePublications: Publications = [
  ...approvalPublications,
  ...accessRequestPublications,
  ...accessReviewPublications,
  ...accessHandlerPublications,
];

/** Owns what humans are asked: asks, takes their answers, lets questions expire and withdraws them. */
export function createApprovalService(deps: ServiceDependencies, handlerAccess: HandlerAccess): Service {
  const { store, bus, sealer, views, processors, clock, logger, metrics } = deps;
  const approvals = createCommandHandler({
    store,
    decider: approval,
    seal: sealer.seal,
    begins: ({ kind }) => kind === 'request',
  });
  const directory = createDirectory();
  const board = createKillSwitchBoard();
  const acls = createAclBoard();
  const retention = createRetentionBoard();
  const plans = createPlanCatalog();
  const entries = createEntryVisible(acls);
  const intents = createIntentStanding({ board: acls, directory, nowMs: clock.nowMs });
  const control = [
    followInto(
      bus,
      ACL_TOPICS,
      (message) => {
        acls.apply(message);
        entries.changed();
      },
      { types: ACL_TYPES },
    ),
    followInto(
      bus,
      DIRECTORY_TOPICS,
      (message) => {
        directory.apply(message);
        retention.apply(message);
        plans.apply(message);
      },
      { types: [...DIRECTORY_TYPES, ...RETENTION_TYPES, ...PLAN_TYPES] },
    ),
    followInto(bus, KILL_SWITCH_TOPICS, board.apply, { types: KILL_SWITCH_TYPES }),
  ];
  const measure = measureApprovals(metrics, { clock, startedAt: store.acceptedPosition });
  const history = { directory, board, intents, plans, lists: acls, bus };
  const standing = createStandingCheck(history);
  const accessRequests = createAccessRequests({
    ...{ service: deps, handlerAccess, directory, board, control },
    ...{ lists: acls, rights: intents.rights, whenVisible: entries.whenVisible },
  });
  const following = [...control, followInto(bus, ['agent.approval'], measure), ...accessRequests.following];
  const view = createApprovalsView();
  views.add(view);
  const forgotten = createForgottenRows(views, view, createIsKept(retention));
  retention.onFlushed(forgotten.flushed);
  const behind = (position: number) => allReached([views, ...control], position);
  const reached = (position: number) => allReached(control, position);

  return {
    name: 'approval-service',
    following,
    routes(app) {
      const findApproval = (id: string) =>
        findCaughtUp(deps, view, id, { stream: streamName('approval', id) });
      const whyFallen = createWhyFallen({ ...history, store, reached });
      accessRequests.routes(app);
      const knowsRetention = async () => reached(await currentPosition(store));
      const kept = { retention, knowsRetention };
      approvalRoutes(app, { service: deps, approvals, directory, ...kept, findApproval, whyFallen });
    },
    async start() {
      const common = { bus, parking: processors, now: () => clock.nowMs() };
      // Behind nothing: it waits itself where it has asked. Most evaluations ask nobody, and people take seconds.
      const asking = await startReactor({
        ...common,
        unhurried: true,
        group: 'approval-service.ask.v1',
        topics: ASK_TOPICS,
        types: ASK_TYPES,
        subject: (message) => message.correlation ?? message.subject,
        handle: createAskReaction({
          ...{ approvals, bus, sealer, standing, reached },
          isCounted: (organization) => isCounted({ directory, plans }, organization, 'approvals_requested'),
        }),
      });
      const withdrawals = await startReactor({
        ...common,
        behind,
        group: 'approval-service.withdraw.v1',
        topics: FALL_TOPICS,
        types: WITHDRAW_TYPES,
        subject: (message) => message.correlation ?? message.organization,
        handle: createWithdrawReaction({
          approvals,
          waiting: waitingApprovals(views, directory),
          fallByEvent: createFallByEvent(history),
          clock,
        }),
      });
      const now = () => clock.nowMs();
      const onError = (error: Error) =>
        logger.error({ err: error }, 'approvals could not be expired or forgotten');
      const expiries = createExpiries({ views, approvals });
      const access = await accessRequests.start();
      return {
        reactors: [asking, withdrawals, ...access.reactors],
        dueLoops: [
          startDueLoop({ source: expiries, now, onError }),
          startDueLoop({ source: forgotten, now, onError }),
          ...access.dueLoops,
        ],
      };
    },
  };
}
