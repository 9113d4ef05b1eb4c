import {
  createDirectory,
  createKillSwitchBoard,
  createPlanCatalog,
  DIRECTORY_TOPICS,
  DIRECTORY_TYPES,
  KILL_SWITCH_TOPICS,
  KILL_SWITCH_TYPES,
  PLAN_TYPES,
} from '@countersign/directory';
import { createCommandHandler } from '@countersign/event-store';
import { allReached, startReactor } from '@countersign/processing';
import { followInto, type Publications, type Service, type ServiceDependencies } from '@countersign/service';
import { createArgumentChecks } from '@countersign/tool-schema';
import { accessPublications } from './access/publish.ts';
import { evaluation } from './evaluation/decide.ts';
import { measured } from './evaluation/metrics.ts';
import { evaluationPublications } from './evaluation/publish.ts';
import { createContextFacts } from './facts/context.ts';
import { createDays, createPatterns, createUses } from './facts/projections.ts';
import { namespacePublications } from './namespace/publish.ts';
import { createOpenIntentSurface } from './openintent/surface.ts';
import { createPolicyCatalog, POLICY_TYPES } from './policy/catalog.ts';
import { policy } from './policy/decide.ts';
import { createDefaultPolicyReaction } from './policy/default-policy.ts';
import { policyPublications } from './policy/publish.ts';
import { createReadVersion } from './policy/read-version.ts';
import { policyRoutes } from './policy/routes.ts';
import { AWARD_TOPICS, AWARD_TYPES } from './reactions/award-access.ts';
import { createEvaluateReaction, EVALUATE_TOPICS, EVALUATE_TYPES } from './reactions/evaluate.ts';
import { REVOKING_TOPICS, REVOKING_TYPES } from './reactions/revoke-leases.ts';
import { workIntentPublications } from './workintent/publish.ts';

/** Stored events of the policy-engine as public ones. */
export const policyEnginePublications: Publications = [
  ...evaluationPublications,
  ...policyPublications,
  ...accessPublications,
  ...workIntentPublications,
  ...namespacePublications,
];

/** An evaluation is looked at once more after a human's answer, if at all. */
const CACHED_EVALUATIONS = 200;

/** What is set for a policy engine. */
export interface PolicyEngineConfig {
  /** The texts of the policy that new organizations start with. */
  readonly defaultPolicy: { readonly policy: string; readonly tests: string };
}

/** Owns evaluations and policies: judges every call, at request and again at release. */
export function createPolicyEngine(deps: ServiceDependencies, config: PolicyEngineConfig): Service {
  const { store, bus, sealer, disclose, views, processors, clock, logger, metrics } = deps;
  const evaluations = measured(
    createCommandHandler({
      store,
      decider: evaluation,
      seal: sealer.seal,
      begins: ({ evaluated }) => evaluated.phase === 'request',
      cachedStates: CACHED_EVALUATIONS,
    }),
    metrics,
  );
  const policies = createCommandHandler({ store, decider: policy, seal: sealer.seal });

  const directory = createDirectory();
  const board = createKillSwitchBoard();
  const plans = createPlanCatalog();
  const catalog = createPolicyCatalog(createReadVersion(store), (id, version, why) =>
    logger.error(
      { policy: id, version, why },
      'an active policy does not compile any more; the one before is used',
    ),
  );
  const control = followInto(
    bus,
    DIRECTORY_TOPICS,
    (message) => {
      directory.apply(message);
      catalog.apply(message);
      plans.apply(message);
    },
    { types: [...DIRECTORY_TYPES, ...POLICY_TYPES, ...PLAN_TYPES] },
  );
  const openIntent = createOpenIntentSurface(deps, { directory, plans, control });
  const switches = followInto(bus, KILL_SWITCH_TOPICS, board.apply, { types: KILL_SWITCH_TYPES });
  const following = [control, switches, openIntent.following];
  const facts = { uses: createUses(), days: createDays(), patterns: createPatterns() };
  views.add(facts.uses, facts.days, facts.patterns);

  const evaluate = createEvaluateReaction({
    evaluations,
    bus,
    sealer,
    disclose,
    directory,
    board,
    plans,
    rights: openIntent.rights,
    context: createContextFacts(views, facts),
    argumentsCheck: createArgumentChecks(),
    policies: (organization) => catalog.inForce(organization),
  });
  const giveDefaultPolicy = createDefaultPolicyReaction(policies, config.defaultPolicy);
  const behind = (position: number) => allReached([views, ...following], position);

  return {
    name: 'policy-engine',
    following,
    routes(app) {
      policyRoutes(app, { service: deps, policies, catalog, reached: control.reached });
      openIntent.routes(app);
    },
    async start() {
      const common = { bus, parking: processors, behind, now: () => clock.nowMs() };
      const subject = (message: { correlation?: string; subject: string }) =>
        message.correlation ?? message.subject;
      const reactors = await Promise.all([
        startReactor({
          ...common,
          group: 'policy-engine.evaluate.v1',
          topics: EVALUATE_TOPICS,
          types: EVALUATE_TYPES,
          subject,
          handle: evaluate,
        }),
        startReactor({
          ...common,
          group: 'policy-engine.default-policy.v1',
          topics: ['agent.control'],
          types: ['organization.created'],
          subject,
          handle: giveDefaultPolicy,
        }),
        startReactor({
          ...common,
          group: 'policy-engine.award-access.v1',
          topics: AWARD_TOPICS,
          types: AWARD_TYPES,
          subject,
          handle: openIntent.award,
        }),
        startReactor({
          ...common,
          group: 'policy-engine.revoke-leases.v1',
          topics: REVOKING_TOPICS,
          types: REVOKING_TYPES,
          subject,
          handle: openIntent.revokeLeases,
        }),
      ]);
      return { reactors, dueLoops: openIntent.startExpiries() };
    },
  };
}
