import type { KeyObject } from 'node:crypto';
import {
  createFallByEvent,
  FALL_TOPICS,
  FALL_TYPES,
  isPrincipalInForce,
  KILL_SWITCH_TOPICS,
  principalEndsAt,
} from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { createCommandHandler, currentPosition } from '@countersign/event-store';
import type { Admits, Allows, Authenticate, EndsAt, HasFlag, IsInForce } from '@countersign/http';
import type { Publisher, RecordSource } from '@countersign/message-bus';
import { allReached, startDueLoop, startReactor } from '@countersign/processing';
import {
  type Admission,
  answered,
  createForgottenRows,
  createHasFlag,
  createPermitted,
  edgeMetadata,
  findCaughtUp,
  type RecordRead,
  type Service,
  type ServiceDependencies,
} from '@countersign/service';
import { createEdgeAdmission } from './admission/edge.ts';
import { createKnowingAdmission } from './admission/knowing.ts';
import { agent } from './agent/decide.ts';
import { agentRoutes } from './agent/routes.ts';
import { signingKeyRoutes } from './agent/signing-key-routes.ts';
import { type AuthenticateKey, createAuthenticate } from './authentication/authenticate.ts';
import { createAuthenticateRequest, type OidcSettings } from './authentication/authenticate-request.ts';
import { createFirstStart, type FirstStart } from './authentication/first-start.ts';
import { createControlState } from './control-state.ts';
import { createFalls } from './falls.ts';
import { createAuthenticateIntent } from './intake/authenticate.ts';
import { type Intake, startIntake } from './intake/intake.ts';
import { createTake } from './intake/take.ts';
import type { IntentRefusal } from './intake/verdict.ts';
import { createWasTaken } from './intake/was-taken.ts';
import { killSwitch } from './killswitch/decide.ts';
import type { LeaseRegistry } from './killswitch/lease.ts';
import { createReachedEverywhere, type ReachedEverywhere } from './killswitch/reached-everywhere.ts';
import { killSwitchRoutes } from './killswitch/routes.ts';
import { createMembers } from './members.ts';
import { measureAnnouncements, measureCalls } from './metrics.ts';
import { discoveryRoute } from './openintent/discovery.ts';
import { organization } from './organization/decide.ts';
import { createPlanExists } from './organization/plan-exists.ts';
import { organizationRoutes } from './organization/routes.ts';
import { createEffectiveReaction } from './reactions/effective.ts';
import { createVerdictReaction, endOf, VERDICT_TOPICS, VERDICT_TYPES } from './reactions/verdicts.ts';
import { createVoidingReaction } from './reactions/voiding.ts';
import { applyRolesAtStart, type RoleSettings } from './rolecatalog/apply-at-start.ts';
import { createControlsAt } from './rolecatalog/controls.ts';
import { roleCatalog } from './rolecatalog/decide.ts';
import { roleCatalogRoutes } from './rolecatalog/routes.ts';
import { createCallDeadlines } from './timers/call-deadlines.ts';
import { createSwitchExpiries } from './timers/switch-expiries.ts';
import { tool } from './tool/decide.ts';
import { toolRoutes } from './tool/routes.ts';
import { createAnnounce } from './toolcall/announce.ts';
import { createAnnouncing } from './toolcall/announcing.ts';
import { toolCall } from './toolcall/decide.ts';
import { createRecordOutcome, createReportOutcome } from './toolcall/outcome.ts';
import { createPermitTokens } from './toolcall/permit-token.ts';
import { createPermits, createVoidedBy, type PermitDependencies } from './toolcall/permits.ts';
import { toolCallRoutes } from './toolcall/routes.ts';
import { createShapes, createTerms } from './toolcall/terms.ts';
import { createTimeline } from './toolcall/timeline.ts';
import { upcastToolCall } from './toolcall/upcast.ts';
import { createIsKept, createPermittedAt } from './toolcall/visibility.ts';
import { createGranting } from './user/granting.ts';
import { authorizedCalls } from './views/authorized-calls.ts';
import type { CallRow } from './views/call-row.ts';
import { createCallWatch } from './views/call-watch.ts';
import { createCallsView } from './views/calls.ts';
import { createRecall } from './views/recall.ts';

/** What is set for a gateway. Times in milliseconds. */
export interface GatewayConfig extends RoleSettings {
  /** What an organization is on that names no plan, where the plans of the installation are not known yet. */
  readonly defaultPlan: string;
  readonly decisionTimeoutMs: number;
  readonly permitTtlMs: number;
  readonly outcomeTtlMs: number;
  /** Environment of tools that declare none. */
  readonly environment: string;
  /** Whose tokens people sign in with, beside keys; null: nobody's. */
  readonly oidc: OidcSettings | null;
  /** Key of the installation from which permit tokens are derived. */
  readonly permitKey: KeyObject;
  /** Key of the installation for digests of argument names. */
  readonly shapeKey: KeyObject;
}

/** What a gateway needs of the other services and gateways. */
export interface GatewayPorts {
  readonly publisher: Publisher;
  readonly leases: LeaseRegistry;
  readonly recordRead: RecordRead;
  readonly admission: Admission;
}

/** The gateway beside its routes: who may ask is known only here. */
export interface Gateway extends Service {
  /** Of the HTTP edge: keys, tokens of the issuer, and invitations for accepting them. */
  readonly authenticate: Authenticate;
  /** Keys alone, wherever else they are shown. */
  readonly authenticateKey: AuthenticateKey;
  readonly isInForce: IsInForce;
  readonly endsAt: EndsAt;
  readonly allows: Allows;
  readonly hasFlag: HasFlag;
  /** Throttles, and what requests use up, before they act. */
  readonly admits: Admits;
  /** Waits until everything up to a position holds wherever requests are let in. */
  readonly reachedEverywhere: ReachedEverywhere;
  readonly firstStart: FirstStart;
  /**
   * Takes what agents put on Kafka, beside HTTP; call once it has started. Close it before anything else of the gateway.
   */
  takeIntents(records: RecordSource, countRefusal: (refusal: IntentRefusal) => void): Intake;
  /** Whether calls can be admitted now; for readiness. */
  leaseHolds(): boolean;
}

/** Owns calls, registrations, keys and kill switches: admission, permits, outcomes. */
export function createGateway(
  deps: ServiceDependencies,
  config: GatewayConfig,
  ports: GatewayPorts,
): Gateway {
  const { store, bus, sealer, views, processors, clock } = deps;
  const { seal } = sealer;
  const toolCalls = createCommandHandler({
    store,
    decider: toolCall,
    seal,
    upcast: upcastToolCall,
    begins: ({ kind }) => kind === 'announce',
  });
  const agents = createCommandHandler({ store, decider: agent, seal });
  const tools = createCommandHandler({ store, decider: tool, seal });
  const organizations = createCommandHandler({ store, decider: organization, seal });
  const roleCatalogs = createCommandHandler({ store, decider: roleCatalog, seal });
  const killSwitches = createCommandHandler({ store, decider: killSwitch, seal });

  const known = createControlState(deps, ports.leases);
  const { directory, keys, retention, plans, board, control, enforcement, following } = known;

  const watch = createCallWatch();
  const calls = measureCalls(createCallsView({ ...config, onChange: watch.changed }), deps, board);
  views.add(calls);
  const findCall = async (id: string) => views.find(calls, id);
  const findKnownCall = (id: string) => findCaughtUp(deps, calls, id, { stream: streamName('toolcall', id) });
  const isKept = createIsKept(retention);
  const forgotten = createForgottenRows(views, calls, isKept);
  retention.onFlushed(forgotten.flushed);
  const recall = createRecall(store, ports.publisher, config);
  const findOrRecall = async (id: string) => (await findCall(id)) ?? recall(id);
  const findPermittedCall = async (id: string) => {
    const suits = ({ permit }: CallRow) => permit !== null;
    return (await findCaughtUp(deps, calls, id, { stream: streamName('toolcall', id), suits })) ?? recall(id);
  };
  const reachedControl = async (position: number) => void (await control.reached(position));
  const reachedEverywhere = createReachedEverywhere(control, ports.leases);
  const admission = createKnowingAdmission(ports.admission, control.position);
  const reachedViews = async (position: number) => void (await views.reached(position));
  const behind = (position: number) => allReached([views, ...following], position);

  const defaultPlan = () => plans.defaultPlan() ?? config.defaultPlan;
  const permitted = createPermitted(directory);
  const granting = createGranting({
    directory,
    keys,
    lists: known.lists,
    approvers: known.approvers,
    reviewers: known.reviewers,
    knowsAccess: known.knowsAccess,
    permitted,
    nowMs: clock.nowMs,
  });
  const members = createMembers({
    service: deps,
    directory,
    keys,
    granting,
    admission,
    reached: reachedEverywhere,
    caughtUp: async () => reachedControl(await currentPosition(store)),
  });
  const permittedAt = createPermittedAt(directory, permitted);
  const falls = createFalls({ ...known, bus });
  const tokens = createPermitTokens(config.permitKey);
  const permitDeps: PermitDependencies = {
    service: deps,
    toolCalls,
    findCall: findOrRecall,
    findPermittedCall,
    reached: reachedViews,
    tokens,
    falls,
    knowsAccess: known.knowsAccess,
    voidedBy: createVoidedBy(enforcement, falls),
    leaseHolds: enforcement.leaseHolds,
    knownUpTo: known.knownUpTo,
    killEpoch: board.epoch,
    async voidCall(call, fallen) {
      const metadata = edgeMetadata(deps, { organization: call.organization, correlation: call.id });
      const command = { kind: 'block', open: 'unredeemed', ...endOf(fallen) } as const;
      const handled = await toolCalls.handle(streamName('toolcall', call.id), command, metadata);
      const answer = await answered(handled, ({ position }) => reachedViews(position));
      return answer ?? null;
    },
  };
  const authenticateKey = createAuthenticate(keys, directory, clock);
  const permits = createPermits(permitDeps);
  const recordOutcome = createRecordOutcome(permitDeps);
  const announcing = createAnnouncing({
    service: deps,
    toolCalls,
    directory,
    permittedAt,
    terms: createTerms(config.environment),
    shapeOf: createShapes(config.shapeKey),
    leaseHolds: enforcement.leaseHolds,
  });

  return {
    name: 'gateway',
    following,
    authenticateKey,
    authenticate: createAuthenticateRequest({ authenticateKey, directory, plans, clock, oidc: config.oidc }),
    async isInForce(principal, position) {
      await control.reached(position);
      return isPrincipalInForce(principal, { keys, directory, plans }, clock.nowMs());
    },
    endsAt: (principal) => principalEndsAt(principal, keys),
    allows: permitted,
    reachedEverywhere,
    hasFlag: createHasFlag({ directory, plans }),
    admits: createEdgeAdmission(admission),
    leaseHolds: enforcement.leaseHolds,
    firstStart: createFirstStart({
      service: deps,
      organizations,
      users: members.users,
      apiKeys: members.apiKeys,
      keys,
      directory,
      reached: reachedControl,
      defaultPlan,
    }),
    routes(app) {
      discoveryRoute(app);
      toolCallRoutes(app, {
        service: deps,
        announce: measureAnnouncements(
          createAnnounce({
            service: deps,
            announcing,
            directory,
            findCall: findOrRecall,
            watch,
            tokens,
            leaseHolds: enforcement.leaseHolds,
            voidedBy: permitDeps.voidedBy,
            knownUpTo: known.knownUpTo,
            voidCall: permitDeps.voidCall,
            decisionTimeoutMs: config.decisionTimeoutMs,
          }),
          deps.metrics,
        ),
        permits,
        reportOutcome: createReportOutcome(permits, recordOutcome),
        timeline: createTimeline({ service: deps, directory, ...ports, admission }),
        isKept,
        knowsRetention: permitDeps.knowsAccess,
        findCall: findKnownCall,
        watch,
        tokens,
        permittedAt,
      });
      const registration = { service: deps, directory, reached: reachedEverywhere };
      agentRoutes(app, { ...registration, admission, agents, permittedAt, granting });
      signingKeyRoutes(app, { ...registration, agents, permittedAt });
      toolRoutes(app, { ...registration, tools });
      members.routes(app);
      const planExists = createPlanExists(plans, control, store);
      const { reached: metersReached } = admission;
      organizationRoutes(app, { ...registration, organizations, planExists, defaultPlan, metersReached });
      roleCatalogRoutes(app, {
        ...registration,
        roleCatalogs,
        plans,
        knownUpTo: control.position,
        controlsAt: createControlsAt(bus, { directory, plans }),
      });
      killSwitchRoutes(app, {
        service: deps,
        killSwitches,
        board,
        directory,
        permittedAt,
        reached: enforcement.following.reached,
        whenEffective: enforcement.whenEffective,
      });
    },
    takeIntents: (records, countRefusal) =>
      startIntake(
        {
          service: deps,
          authenticate: createAuthenticateIntent({ directory, store, reached: reachedControl }),
          take: createTake({
            service: deps,
            directory,
            announcing,
            redeemOf: permits.redeemOf,
            recordOutcome,
            findCall: findOrRecall,
            reachedViews,
          }),
          wasTaken: createWasTaken(store),
          countRefusal,
        },
        records,
      ),
    async start() {
      await control.reached(await applyRolesAtStart(deps, roleCatalogs, config));
      const common = { bus, parking: processors, behind, now: () => clock.nowMs() };
      const byCall = (message: { correlation?: string; subject: string }) =>
        message.correlation ?? message.subject;
      const reactors = await Promise.all([
        startReactor({
          ...common,
          group: 'gateway.verdicts.v1',
          topics: VERDICT_TOPICS,
          types: VERDICT_TYPES,
          subject: byCall,
          handle: createVerdictReaction({
            toolCalls,
            findCall: findOrRecall,
            falls,
            knowsAccess: known.knowsAccess,
            leaseHolds: enforcement.leaseHolds,
            killEpoch: board.epoch,
            clock,
            permitTtlMs: config.permitTtlMs,
          }),
        }),
        startReactor({
          ...common,
          group: 'gateway.voiding.v1',
          topics: FALL_TOPICS,
          types: FALL_TYPES,
          subject: (message) => message.organization,
          handle: createVoidingReaction({
            toolCalls,
            authorizedCalls: authorizedCalls(views, directory),
            fallByEvent: createFallByEvent({ ...known, bus: deps.bus }),
            clock,
          }),
        }),
        startReactor({
          ...common,
          group: 'gateway.effective.v1',
          topics: KILL_SWITCH_TOPICS,
          types: ['killswitch.engaged'],
          subject: (message) => message.subject,
          handle: createEffectiveReaction({ killSwitches, leases: ports.leases, clock }),
        }),
      ]);
      const onError = (error: Error) =>
        deps.logger.error({ err: error }, 'a timer could not be looked after');
      const now = () => clock.nowMs();
      const dueLoops = [
        startDueLoop({
          source: createCallDeadlines({
            service: deps,
            toolCalls,
            findCall,
            outcomeTtlMs: config.outcomeTtlMs,
          }),
          now,
          onError,
        }),
        startDueLoop({ source: createSwitchExpiries({ service: deps, killSwitches, board }), now, onError }),
        startDueLoop({ source: members.expiries, now, onError }),
        startDueLoop({ source: forgotten, now, onError }),
      ];
      return { reactors, dueLoops };
    },
  };
}
