import { UNLIMITED, UNLIMITED_SLUG, writtenPlansHash } from '@countersign/access';
import type { PlanCatalog } from '@countersign/directory';
import { type JsonObject, streamName } from '@countersign/event-sourcing';
import {
  type CommandHandler,
  describeStoreError,
  type Handled,
  type Position,
} from '@countersign/event-store';
import { edgeMetadata, type ServiceDependencies } from '@countersign/service';
import type { AppliedPlans, ApplyPlanCatalog } from '../plancatalog/decide.ts';
import type { PlanCatalogSource } from '../plancatalog/events.ts';
import type { PublishedPlan, PublishPlan } from './decide.ts';

/** Plans belong to the installation; their events stand with the organization that every installation has. */
export const INSTALLATION_ORGANIZATION = 'default';

/** The plans that a start puts in force. */
export interface PlanSettings {
  readonly plansSource: PlanCatalogSource;
  /** Entries as they were written, checked, by slug. */
  readonly plans: ReadonlyMap<string, JsonObject>;
  /** What an organization is on that names none: one of them, or the built-in plan. */
  readonly defaultPlan: string;
}

interface PublishAtStartDependencies {
  readonly service: Pick<ServiceDependencies, 'clock' | 'ids'>;
  readonly plans: CommandHandler<PublishedPlan, PublishPlan, never>;
  readonly planCatalog: CommandHandler<AppliedPlans, ApplyPlanCatalog, never>;
  /** What is published so far. */
  readonly catalog: Pick<PlanCatalog, 'written'>;
}

const SYSTEM = { kind: 'system', id: 'countersign' } as const;

/** Most plans that are published at a time. */
const AT_ONCE = 500;

/**
 * Publishes the configured plans where they differ from what is published, the built-in one where it is the default and
 * people have not published another under its name, and then says that these are in force. Tells the position of the last event.
 * @throws Error if the ledger does not take them: the service can't start
 */
export async function publishPlansAtStart(
  { service, plans, planCatalog, catalog }: PublishAtStartDependencies,
  settings: PlanSettings,
): Promise<Position> {
  const metadata = () => edgeMetadata(service, { organization: INSTALLATION_ORGANIZATION });
  const { plansSource, defaultPlan } = settings;
  const commands: PublishPlan[] = [...settings.plans]
    .filter(([slug, plan]) => JSON.stringify(catalog.written(slug)) !== JSON.stringify(plan))
    .map(([slug, plan]) => ({ kind: 'publish', slug, plan, by: SYSTEM }));
  const slugs = new Set(settings.plans.keys());
  if (defaultPlan === UNLIMITED_SLUG && !slugs.has(UNLIMITED_SLUG)) {
    const plan = UNLIMITED as unknown as JsonObject;
    commands.push({ kind: 'publish', slug: UNLIMITED_SLUG, plan, by: SYSTEM, yieldsToPeople: true });
    slugs.add(UNLIMITED_SLUG);
  }
  let last: Position = 0;
  const done = (handled: Handled<unknown>) => {
    if (handled.kind === 'failed') throw new Error(describeStoreError(handled.error));
    if (handled.kind === 'handled') last = Math.max(last, handled.position);
  };
  for (let from = 0; from < commands.length; from += AT_ONCE) {
    const publishing = commands
      .slice(from, from + AT_ONCE)
      .map((command) => plans.handle(streamName('plan', command.slug), command, metadata()));
    for (const handled of await Promise.all(publishing)) done(handled);
  }
  const hash = writtenPlansHash(settings.plans, defaultPlan);
  const applied = {
    source: plansSource,
    default_plan: defaultPlan,
    plans: [...slugs].sort(),
    hash,
    by: SYSTEM,
  };
  done(
    await planCatalog.handle(
      streamName('plancatalog', 'installation'),
      { kind: 'apply', catalog: applied },
      metadata(),
    ),
  );
  return last;
}
