import {
  createDirectory,
  createPlanCatalog,
  createRetentionBoard,
  DIRECTORY_TOPICS,
  DIRECTORY_TYPES,
  PLAN_TYPES,
  RETENTION_TYPES,
} from '@countersign/directory';
import { createCommandHandler, currentPosition } from '@countersign/event-store';
import { allReached, startDueLoop, startReactor } from '@countersign/processing';
import {
  type Admission,
  createPermitted,
  followInto,
  type Publications,
  type Service,
  type ServiceDependencies,
} from '@countersign/service';
import { createAdmission } from './admission/admission.ts';
import { createDecideNow } from './admission/decide-now.ts';
import { createMeterBooks } from './meter/books.ts';
import { createExpiries } from './meter/expiries.ts';
import { planInForce } from './meter/plan-in-force.ts';
import { meterPublications } from './meter/publish.ts';
import { meterRoutes } from './meter/routes.ts';
import { plan } from './plan/decide.ts';
import { planPublications } from './plan/publish.ts';
import { type PlanSettings, publishPlansAtStart } from './plan/publish-at-start.ts';
import { type KnownEverywhere, planRoutes } from './plan/routes.ts';
import { planCatalog } from './plancatalog/decide.ts';
import { planCatalogPublications } from './plancatalog/publish.ts';
import { createAsk } from './reactions/ask.ts';
import { callOf, QUOTA_GROUP } from './reactions/cause.ts';
import { createConfigure } from './reactions/configure.ts';
import { createCountForgotten } from './reactions/forgotten.ts';
import { createPlaces, PLACES_GROUP, PLACES_TOPICS, PLACES_TYPES } from './reactions/places.ts';
import { createQuotaReaction, QUOTA_TOPICS, QUOTA_TYPES } from './reactions/quota.ts';
import { createReserve } from './reactions/reserve.ts';
import { createSettle } from './reactions/settle.ts';
import { retention as retentionDecider } from './retention/decide.ts';
import { createFlushAll } from './retention/flush.ts';
import { retentionPublications } from './retention/publish.ts';
import { retentionRoutes } from './retention/routes.ts';
import { flushRun } from './retention/run.ts';
import { createFlushSchedule } from './retention/schedule.ts';
import { entitlementRoutes } from './usage/entitlement-routes.ts';
import type { FindReport } from './usage/refund.ts';
import { createReportsView } from './usage/reports.ts';
import { usageRoutes } from './usage/routes.ts';

/** Stored events of the meter-service as public ones. */
export const meterServicePublications: Publications = [
  ...meterPublications,
  ...planPublications,
  ...planCatalogPublications,
  ...retentionPublications,
];

/** What is set for a meter service. Times in milliseconds. */
export interface MeterServiceConfig extends PlanSettings {
  /** How long a call waits for its verdict, a permit for its redemption and a redemption for its outcome. */
  readonly decisionTimeoutMs: number;
  readonly permitTtlMs: number;
  readonly outcomeTtlMs: number;
  /** Most events of one book before it is closed, which bounds what loading it costs. */
  readonly maxBookEvents?: number;
}

/** How much longer than a call can take its hold lasts: the gateway's timers end calls, this is for when they do not. */
export const HOLD_MARGIN_MS = 3_600_000;

/** How often it is looked whether a flush is due. */
export const FLUSH_LOOK_MS = 60_000;

/** How often due holds are looked for: a backstop need not be quick. */
export const EXPIRE_EVERY_MS = 5_000;

/** The meter-service beside its routes: what others may ask it before something is. */
export interface MeterService extends Service {
  readonly admission: Admission;
}

/** Owns meters and plans: holds, charges and gives back the quota of every call, exactly. */
export function createMeterService(
  deps: ServiceDependencies,
  config: MeterServiceConfig,
  /** Where requests are let in by this process too; a gateway before it waits by itself. */
  knownEverywhere: KnownEverywhere = async () => null,
): MeterService {
  const { store, bus, sealer, views, processors, clock, logger } = deps;
  const { maxBookEvents } = config;
  const plans = createCommandHandler({
    store,
    decider: plan,
    seal: sealer.seal,
    begins: ({ slug }) => catalog.written(slug) === undefined,
  });
  const planCatalogs = createCommandHandler({ store, decider: planCatalog, seal: sealer.seal });
  const books = createMeterBooks({
    store,
    clock,
    ...(maxBookEvents === undefined ? {} : { maxBookEvents }),
  });
  const expiries = createExpiries(deps, books);

  const directory = createDirectory();
  const board = createRetentionBoard();
  const catalog = createPlanCatalog((slug, why) =>
    logger.error({ plan: slug, why }, 'a published plan can not be read any more; the one before is used'),
  );
  // Every reservation waits for the position of its evaluation, which is none of these.
  const control = followInto(
    bus,
    DIRECTORY_TOPICS,
    (message) => {
      directory.apply(message);
      board.apply(message);
      catalog.apply(message);
    },
    { types: [...DIRECTORY_TYPES, ...RETENTION_TYPES, ...PLAN_TYPES], eachPosition: true },
  );
  const planOf = (organization: string) => planInForce(directory, catalog, organization);

  const configure = createConfigure(planOf);
  const countForgotten = createCountForgotten({ store, books, bus, configure, logger });
  const holdMs = config.decisionTimeoutMs + config.permitTtlMs + config.outcomeTtlMs + HOLD_MARGIN_MS;
  const reserve = createReserve({ books, configure, logger, holdMs, onHeld: expiries.held });
  const ask = createAsk({ books, configure, planOf, logger });
  const settle = createSettle({ books, configure, countForgotten, logger });

  const retention = createCommandHandler({ store, decider: retentionDecider, seal: sealer.seal });
  // Others write there too, and little: it is read each time.
  const runs = createCommandHandler({ store, decider: flushRun, seal: sealer.seal, cachedStates: 0 });
  const flushAll = createFlushAll({ service: deps, retention, runs, directory, planOf });
  const permitted = createPermitted(directory);
  const knowsPlans = async () => control.reached(await currentPosition(store));
  const reports = createReportsView();
  views.add(reports);
  const findReport: FindReport = async (organization, id) => {
    await views.reached(await currentPosition(store));
    const report = await views.find(reports, id);
    return report?.organization === organization ? report : null;
  };
  const decideNow = createDecideNow({ service: deps, books, configure });
  const admission = createAdmission({
    decideNow,
    planOf,
    directory,
    onHeld: expiries.held,
    reached: control.reached,
  });
  const behind = (position: number) => allReached([control], position);

  return {
    name: 'meter-service',
    admission,
    following: [control],
    routes(app) {
      planRoutes(app, { service: deps, plans, catalog, reached: control.reached, knownEverywhere });
      meterRoutes(app, { books, planOf, knowsPlans });
      usageRoutes(app, { service: deps, decideNow, planOf, directory, permitted, findReport, knowsPlans });
      entitlementRoutes(app, { books, planOf, directory, permitted, knowsPlans });
      retentionRoutes(app, { service: deps, retention, board, flushAll, reached: control.reached });
    },
    async start() {
      const publishing = { service: deps, plans, planCatalog: planCatalogs, catalog };
      await control.reached(await publishPlansAtStart(publishing, config));
      const reactor = await startReactor({
        group: QUOTA_GROUP,
        bus,
        topics: QUOTA_TOPICS,
        types: QUOTA_TYPES,
        parking: processors,
        subject: callOf,
        handle: createQuotaReaction({ reserve, ask, settle, clock }),
        behind,
        onAssigned() {
          books.othersWrote();
          for (const { data } of directory.organizations()) expiries.unknown(data.organization_id);
        },
        now: () => clock.nowMs(),
      });
      const places = await startReactor({
        group: PLACES_GROUP,
        bus,
        topics: PLACES_TOPICS,
        types: PLACES_TYPES,
        parking: processors,
        subject: (message) => message.subject,
        handle: createPlaces({ books, configure, directory }),
        behind,
        onAssigned: books.othersWrote,
        now: () => clock.nowMs(),
      });
      const expiring = startDueLoop({
        source: expiries,
        now: () => clock.nowMs(),
        onError: (error) => logger.error({ err: error }, 'due holds could not be ended'),
        everyMs: EXPIRE_EVERY_MS,
      });
      const flushing = startDueLoop({
        source: createFlushSchedule(flushAll, clock.nowMs(), ({ failed }) =>
          logger.error({ failed }, 'what is to be kept no longer could not be let go of'),
        ),
        now: () => clock.nowMs(),
        onError: (error) => logger.error({ err: error }, 'retention could not be looked after'),
        everyMs: FLUSH_LOOK_MS,
      });
      return { reactors: [reactor, places], dueLoops: [expiring, flushing] };
    },
  };
}
