import { UNLIMITED, UNLIMITED_SLUG } from '@countersign/access';
import { type JsonObject, streamName } from '@countersign/event-sourcing';
import { type CommandHandler, describeStoreError, type Position } from '@countersign/event-store';
import { edgeMetadata, type ServiceDependencies } from '@countersign/service';
import type { PublishedPlan, PublishPlan } from './decide.ts';

/** Plans belong to the installation; their events stand with the organization that every installation has. */
export const INSTALLATION_ORGANIZATION = 'default';

const SYSTEM = { kind: 'system', id: 'countersign' } as const;

/**
 * Publishes the configured plans where they differ from what is published, and the built-in one where nobody has
 * published another under its name. Tells the position of the last of them.
 * @throws Error if the ledger does not take them: the service can't start
 */
export async function publishPlansAtStart(
  service: Pick<ServiceDependencies, 'clock' | 'ids'>,
  plans: CommandHandler<PublishedPlan, PublishPlan, never>,
  configured: ReadonlyMap<string, JsonObject>,
): Promise<Position> {
  const commands: PublishPlan[] = [...configured].map(([slug, plan]) => ({
    kind: 'publish',
    slug,
    plan,
    by: SYSTEM,
  }));
  if (!configured.has(UNLIMITED_SLUG)) {
    const plan = UNLIMITED as unknown as JsonObject;
    commands.push({ kind: 'publish', slug: UNLIMITED_SLUG, plan, by: SYSTEM, onlyIfNew: true });
  }
  let last: Position = 0;
  for (const command of commands) {
    const metadata = edgeMetadata(service, { organization: INSTALLATION_ORGANIZATION });
    const handled = await plans.handle(streamName('plan', command.slug), command, metadata);
    if (handled.kind === 'failed') throw new Error(describeStoreError(handled.error));
    if (handled.kind === 'handled') last = Math.max(last, handled.position);
  }
  return last;
}
