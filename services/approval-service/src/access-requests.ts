import type { KeyObject } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  ACCESS_REVIEW_TYPES,
  type AccessRights,
  type AclBoard,
  createAccessReviews,
  createReviewers,
  type Directory,
  type KillSwitchBoard,
} from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { createCommandHandler, currentPosition } from '@countersign/event-store';
import { allReached, startDueLoop, startReactor } from '@countersign/processing';
import {
  type Following,
  findCaughtUp,
  followInto,
  type Running,
  type ServiceDependencies,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { createAskHandler, type PostWebhook } from './accesshandler/asking.ts';
import { accessHandler } from './accesshandler/decide.ts';
import { createAccessHandlers } from './accesshandler/handlers.ts';
import { accessHandlerRoutes } from './accesshandler/routes.ts';
import { ASKED_TYPES, createAskedBoard } from './accessrequest/asked.ts';
import { accessRequest } from './accessrequest/decide.ts';
import { createDenyRule } from './accessrequest/deny-rule.ts';
import type { WhenEntryVisible } from './accessrequest/entry-visible.ts';
import { createRequestRights, type RequestRights } from './accessrequest/rights.ts';
import { accessRequestRoutes } from './accessrequest/routes.ts';
import { accessReview } from './accessreview/decide.ts';
import { accessReviewRoutes } from './accessreview/routes.ts';
import {
  ASK_HANDLERS_TOPICS,
  ASK_HANDLERS_TYPES,
  createAskHandlersReaction,
} from './reactions/ask-handlers.ts';
import {
  createRefuseRemovedReaction,
  REFUSE_REMOVED_TOPICS,
  REFUSE_REMOVED_TYPES,
} from './reactions/refuse-removed.ts';
import { createAccessRequestExpiries } from './timers/access-request-expiries.ts';
import { createAccessRequestsView } from './views/access-requests.ts';

/** How handlers of requests for access are reached. */
export interface HandlerAccess {
  readonly webhooks: PostWebhook;
  /** Questions are signed with what is derived from it. */
  readonly key: KeyObject;
}

interface AccessRequestDependencies {
  readonly service: ServiceDependencies;
  readonly handlerAccess: HandlerAccess;
  readonly directory: Directory;
  readonly board: KillSwitchBoard;
  readonly lists: AclBoard;
  readonly rights: AccessRights;
  readonly whenVisible: WhenEntryVisible;
  /** What directory, lists and board are folded from. */
  readonly control: readonly Following[];
}

/** Requests for access, who answers them by themselves, and who is asked. */
export interface AccessRequests {
  readonly following: readonly Following[];
  routes(app: FastifyInstance): void;
  start(): Promise<Running>;
}

/** Builds requests, reviews and handlers over one store. */
export function createAccessRequests(deps: AccessRequestDependencies): AccessRequests {
  const { service, handlerAccess, directory, board, lists, rights, whenVisible } = deps;
  const { store, bus, sealer, views, processors, clock, logger, metrics } = service;
  const { seal } = sealer;
  const requests = createCommandHandler({
    store,
    decider: accessRequest,
    seal,
    begins: ({ kind }) => kind === 'open',
  });
  const settings = createCommandHandler({ store, decider: accessReview, seal });
  const registrations = createCommandHandler({ store, decider: accessHandler, seal });

  const reviews = createAccessReviews();
  const reviewers = createReviewers({ lists, reviews, directory });
  const handlers = createAccessHandlers();
  const asked = createAskedBoard();
  const following = [
    followInto(bus, ['agent.control'], asked.apply, { types: ASKED_TYPES }),
    followInto(bus, ['agent.control'], reviews.apply, { types: ACCESS_REVIEW_TYPES }),
    followInto(bus, ['agent.control'], handlers.apply, {
      types: ['accesshandler.registered', 'accesshandler.removed'],
    }),
  ];
  const all = [...deps.control, ...following];
  const reached = (position: number) => allReached(all, position);
  // A request that an event stream has told of is in the list that is asked for then.
  const caughtUp = async () => allReached([views, ...all], await currentPosition(store));
  const denyRule = createDenyRule({ directory, board, lists });
  const view = createAccessRequestsView();
  views.add(view);

  const rightsAt = (app: FastifyInstance): RequestRights =>
    createRequestRights({
      ...{ lists, rights, reviewers, denyRule },
      administersAll: (principal) => app.edge.allows(principal, 'manage_intents'),
    });

  return {
    following,
    routes(app) {
      accessRequestRoutes(app, {
        ...{ service, requests, directory, handlers, asked, caughtUp },
        rights: rightsAt,
        whenVisible,
        findRequest: (id) => findCaughtUp(service, view, id, { stream: streamName('accessrequest', id) }),
      });
      accessReviewRoutes(app, { service, settings, rights: rightsAt, reached, caughtUp });
      accessHandlerRoutes(app, {
        ...{ service, registrations, handlers, reached, caughtUp },
        key: handlerAccess.key,
      });
    },
    async start() {
      const ask = createAskHandler({ ...handlerAccess, nowMs: () => clock.nowMs(), pause: setTimeout });
      const counters = (outcome: string) => metrics.counter('access_handler_answers_total', { outcome });
      const common = {
        ...{ bus, parking: processors, now: () => clock.nowMs() },
        behind: (position: number) => allReached([views, ...all], position),
      };
      const asking = await startReactor({
        ...common,
        group: 'approval-service.ask-handlers.v1',
        topics: ASK_HANDLERS_TOPICS,
        types: ASK_HANDLERS_TYPES,
        subject: (message) => message.subject,
        handle: createAskHandlersReaction({
          ...{ requests, handlers, ask, denyRule, caughtUp, sealer, clock },
          counted: ({ answer, failure }) => counters(failure ?? answer).add(),
        }),
      });
      const refusing = await startReactor({
        ...common,
        group: 'approval-service.refuse-removed.v1',
        topics: REFUSE_REMOVED_TOPICS,
        types: REFUSE_REMOVED_TYPES,
        subject: (message) => message.subject,
        handle: createRefuseRemovedReaction({ requests, views, clock }),
      });
      const onError = (error: Error) =>
        logger.error({ err: error }, 'requests for access could not be expired');
      const source = createAccessRequestExpiries({ views, requests });
      return {
        reactors: [asking, refusing],
        dueLoops: [startDueLoop({ source, now: () => clock.nowMs(), onError })],
      };
    },
  };
}
