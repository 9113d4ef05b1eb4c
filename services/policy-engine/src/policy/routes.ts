import type { Principal } from '@countersign/access';
import {
  type PolicySummary,
  type PolicyVersionView,
  type Problem,
  problem,
  routes,
} from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, currentPosition, type Handled } from '@countersign/event-store';
import { mount } from '@countersign/http';
import {
  checkPublishable,
  ENGINE,
  parsePolicyFiles,
  parsePublishedPolicy,
  runPolicyTests,
} from '@countersign/policy';
import { actorOf, answered, edgeMetadata, page, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { besideOthers } from './beside-others.ts';
import { type CatalogEntry, isEverywhere, type PolicyCatalog, type StoredVersion } from './catalog.ts';
import type { PolicyCommand } from './decide.ts';
import type { PolicyScope } from './events.ts';
import type { PolicyState } from './state.ts';

interface PolicyRouteDependencies {
  readonly service: ServiceDependencies;
  readonly policies: CommandHandler<PolicyState, PolicyCommand, 'not_found'>;
  readonly catalog: PolicyCatalog;
  /** Resolves when the catalog knows of everything up to a position: who has changed a policy reads the change. */
  readonly reached: (position: number) => Promise<unknown> | undefined;
}

/** Serves policies: commands write them, the catalog shows them. */
export function policyRoutes(
  app: FastifyInstance,
  { service, policies, catalog, reached }: PolicyRouteDependencies,
): void {
  const handle = (principal: Principal, id: string, command: PolicyCommand) =>
    policies.handle(
      streamName('policy', `${principal.organization}:${id}`),
      command,
      edgeMetadata(service, { organization: principal.organization }),
    );

  mount(app, routes.putPolicy, async ({ params, body, principal }) => {
    const checked = await besideOthers(checkPublishable(body.policy, body.tests, params.id));
    if (!checked.ok) return policyInvalid(checked.errors.map(located));
    const { name, version } = ENGINE;
    const handled = await handle(principal, params.id, {
      kind: 'publish',
      version: {
        policy_id: params.id,
        digest: checked.digest,
        text: body.policy,
        tests: body.tests,
        engine: { name, version },
        author: actorOf(principal),
      },
    });
    return answered(handled, async ({ state, events, position }) => {
      await reached(position);
      const newest = state.versions.at(-1);
      const answer = {
        id: params.id,
        version: newest?.version ?? 1,
        digest: newest?.digest ?? checked.digest,
      };
      return events.length > 0 ? { status: 201, body: answer } : { status: 200, body: answer };
    });
  });

  const inForce = async (
    { organization }: Principal,
    id: string,
    handled: Handled<PolicyState, 'not_found'>,
  ) =>
    answered(handled, async ({ position }) => {
      await reached(position);
      const entry = catalog.entry(organization, id);
      return entry ? { status: 200, body: summaryOf(entry) } : notFound();
    });

  /** Where a version is meant to hold by its own text; where it says nothing, in the organization. */
  const declaredScope = async (
    { organization }: Principal,
    id: string,
    version?: number,
  ): Promise<PolicyScope> => {
    // Another instance may have published the version a moment ago.
    await reached(await currentPosition(service.store));
    const entry = catalog.entry(organization, id);
    const asked = entry?.versions[(version ?? entry.versions.length) - 1];
    if (!entry || !asked) return { organization };
    const parsed = parsePublishedPolicy((await catalog.read(entry, asked.version)).published.text);
    return (parsed.ok && parsed.policy.scope) || { organization };
  };

  mount(app, routes.activatePolicy, async ({ params, body, principal }) => {
    const { version, mode, floor } = body;
    const scope = body.scope ?? (await declaredScope(principal, params.id, version));
    const refused = scopeProblem(principal, scope);
    if (refused) return refused;
    const command = { kind: 'activate', version, mode, floor, scope, by: actorOf(principal) } as const;
    return inForce(principal, params.id, await handle(principal, params.id, command));
  });

  mount(app, routes.deactivatePolicy, async ({ params, body, principal }) => {
    const scope = body.scope ?? (await declaredScope(principal, params.id));
    const refused = scopeProblem(principal, scope);
    if (refused) return refused;
    const command = { kind: 'deactivate', scope, by: actorOf(principal) } as const;
    return inForce(principal, params.id, await handle(principal, params.id, command));
  });

  /** The newest version of a policy with its texts. */
  const newestOf = async (entry: CatalogEntry | undefined) =>
    entry && (await catalog.read(entry, entry.versions.length)).published;

  mount(app, routes.testPolicy, async ({ params, body, principal }) => {
    const isWhole = body.policy !== undefined && body.tests !== undefined;
    const newest = isWhole ? undefined : await newestOf(catalog.entry(principal.organization, params.id));
    const policyText = body.policy ?? newest?.text;
    const testsText = body.tests ?? newest?.tests;
    if (policyText === undefined || testsText === undefined) {
      return problem('not_found', 'there is no such policy; send `policy` and `tests` to test texts');
    }
    const files = await besideOthers(parsePolicyFiles(policyText, testsText));
    if (!files.ok) return policyInvalid(files.errors.map(located));
    const report = await besideOthers(runPolicyTests(files.policy, files.tests));
    const results = report.results.map(({ name, passed, failures }) => ({
      name,
      passed,
      ...(failures.length > 0 ? { detail: failures.join('; ') } : {}),
    }));
    return { status: 200, body: { passed: report.passed, tests: results, unhit_rules: report.unhit } };
  });

  mount(app, routes.getPolicy, async ({ params, principal }) => {
    const entry = catalog.entry(principal.organization, params.id);
    const newest = await newestOf(entry);
    if (!entry || !newest) return notFound();
    return { status: 200, body: { ...summaryOf(entry), policy: newest.text, tests: newest.tests } };
  });

  mount(app, routes.listPolicies, async ({ query, principal }) => ({
    status: 200,
    body: await page(catalog.entries(principal.organization), query, (entry) => entry.id, summaryOf),
  }));

  mount(app, routes.listPolicyVersions, async ({ params, query, principal }) => {
    const entry = catalog.entry(principal.organization, params.id);
    if (!entry) return notFound();
    const found = await page(
      entry.versions,
      query,
      ({ version }) => String(version).padStart(9, '0'),
      async ({ version }) => versionShown(await catalog.read(entry, version)),
    );
    return { status: 200, body: found };
  });
}

function versionShown({ published, createdAt }: StoredVersion): PolicyVersionView {
  return {
    id: published.policy_id,
    version: published.version,
    digest: published.digest,
    policy: published.text,
    tests: published.tests,
    engine: published.engine,
    author: published.author,
    created_at: createdAt,
  };
}

type LocatedError = { pointer: string; detail: string; line: number; column: number };

function located(error: {
  file: string;
  line: number;
  column: number;
  message: string;
  remedy: string;
}): LocatedError {
  const { file, line, column, message, remedy } = error;
  return { pointer: `/${file}`, detail: `${message}; remedy: ${remedy}`, line, column };
}

function policyInvalid(errors: readonly LocatedError[]): Problem {
  return problem('policy_invalid', `${errors.length} error(s); nothing was published`, {
    errors: [...errors],
  });
}

function notFound(): Problem {
  return problem('not_found', 'there is no such policy');
}

/** The whole installation is its owner's; elsewhere only one's own organization. */
function scopeProblem(principal: Principal, scope: PolicyScope): Problem | null {
  if (isEverywhere(scope) && !principal.installationOwner) {
    return problem('forbidden', "a policy for the whole installation is its owner's", {
      required_permission: 'operate_installation',
    });
  }
  if (scope.organization !== undefined && scope.organization !== principal.organization) {
    const detail = `is ${scope.organization}; must be ${principal.organization}, or be left out`;
    return problem('invalid_request', 'the scope is of another organization', {
      errors: [{ pointer: '/scope/organization', detail }],
    });
  }
  return null;
}

function summaryOf({ id, versions, active, updatedAt }: CatalogEntry): PolicySummary {
  const newest = versions.at(-1);
  return {
    id,
    version: newest?.version ?? 1,
    digest: newest?.digest ?? '',
    active: [...active.values()].map(({ version, mode, scope, floor }) => ({
      version,
      mode,
      scope,
      floor,
    })),
    updated_at: updatedAt,
  };
}
