import { type AccessControls, UNLIMITED_SLUG } from '@countersign/access';
import type { ControlsSource } from '@countersign/contracts';
import { createDirectory, createPlanCatalog, type Directory, type PlanCatalog } from '@countersign/directory';
import type { Position } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import { followInto } from '@countersign/service';

/** Controls with where they come from. */
export interface SourcedControls {
  readonly controls: AccessControls;
  readonly sources: { readonly plans: ControlsSource; readonly roles: ControlsSource };
}

const TOPICS = ['agent.control'] as const;
const TYPES = ['plan.published', 'plan.catalog.applied', 'role.catalog.applied'] as const;

/** What is in force as a directory and a catalog know it. */
export function controlsOf(
  directory: Pick<Directory, 'roleRights' | 'roleCatalog'>,
  plans: PlanCatalog,
): SourcedControls {
  return {
    controls: {
      plans: new Map(plans.entries().map(({ slug, plan }) => [slug, plan])),
      defaultPlan: plans.defaultPlan() ?? UNLIMITED_SLUG,
      roles: directory.roleRights().catalog,
    },
    sources: { plans: plans.source(), roles: rolesSource(directory) },
  };
}

/** Where the roles in force come from. */
export function rolesSource(directory: Pick<Directory, 'roleCatalog'>): ControlsSource {
  return (directory.roleCatalog()?.data.source as ControlsSource | undefined) ?? 'defaults';
}

/**
 * Tells what was in force at a position: what had been applied by then, folded anew. One question at a time: each reads all
 * control events.
 */
export function createControlsAt(bus: MessageBus): (at: Position) => Promise<SourcedControls> {
  let turn: Promise<unknown> = Promise.resolve();
  const read = async (at: Position): Promise<SourcedControls> => {
    const directory = createDirectory();
    const plans = createPlanCatalog();
    const fold = (message: Message) => {
      if (message.position > at) return;
      directory.apply(message);
      plans.apply(message);
    };
    const following = followInto(bus, TOPICS, fold, { types: TYPES });
    try {
      await following.caughtUp;
    } finally {
      await following.close();
    }
    return controlsOf(directory, plans);
  };
  return (at) => {
    const mine = turn.then(() => read(at));
    turn = mine.catch(() => {});
    return mine;
  };
}
