import { type AccessControls, UNLIMITED_SLUG } from '@countersign/access';
import type { ControlsSource } from '@countersign/contracts';
import {
  createDirectory,
  createPlanCatalog,
  type Directory,
  isReadable,
  type PlanCatalog,
} from '@countersign/directory';
import type { Position } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';

/** Controls with where they come from. */
export interface SourcedControls {
  readonly controls: AccessControls;
  readonly sources: { readonly plans: ControlsSource; readonly roles: ControlsSource };
}

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

/** What is in force now: where the search begins. */
export interface KnownControls {
  readonly directory: Pick<Directory, 'roleCatalog'>;
  readonly plans: Pick<PlanCatalog, 'messages'>;
}

/**
 * Tells what was in force at a position. Each plan and both catalogs have a stream of their own, whose last event is known: what
 * has not changed since is not read at all, and of what has the event in force then is found by halving. One question at a time.
 */
export function createControlsAt(
  bus: Pick<MessageBus, 'reread'>,
  { directory, plans }: KnownControls,
): (at: Position) => Promise<SourcedControls> {
  const lastUntil = async (last: Message, at: Position): Promise<Message | null> => {
    if (last.position <= at) return last;
    let found: Message | null = null;
    for (let [from, to] = [0, last.sequence]; to - from > 1; ) {
      const middle = Math.floor((from + to) / 2);
      const message = await bus.reread(last.subject, middle);
      if (message && message.position <= at) [from, found] = [middle, message];
      else to = middle;
    }
    return found;
  };

  /** A plan that can not be read any more leaves the one before it in force, which then has to be known too. */
  const withReadable = async (last: Message): Promise<Message[]> => {
    const messages = [last];
    for (let at = last; !isReadable(at) && at.sequence > 1; ) {
      const before = await bus.reread(at.subject, at.sequence - 1);
      if (!before) break;
      messages.unshift(before);
      at = before;
    }
    return messages;
  };

  const read = async (at: Position): Promise<SourcedControls> => {
    const then = { directory: createDirectory(), plans: createPlanCatalog() };
    for (const last of [...plans.messages(), directory.roleCatalog()]) {
      const message = last && (await lastUntil(last, at));
      if (!message) continue;
      for (const one of await withReadable(message)) {
        then.directory.apply(one);
        then.plans.apply(one);
      }
    }
    return controlsOf(then.directory, then.plans);
  };

  let turn: Promise<unknown> = Promise.resolve();
  return (at) => {
    const mine = turn.then(() => read(at));
    turn = mine.catch(() => {});
    return mine;
  };
}
