import type { Message, MessageBus } from '@countersign/message-bus';
import { projectOf } from './directory.ts';
import { createFallByEvent } from './fall-by-event.ts';
import { inScope } from './kill-switches.ts';
import { createStandingCheck, type Fall, type KnownOfCalls, killedBy, type Standing } from './standing.ts';

/**
 * What has felled a call since a position, or fells it now, judged from the followed state and from what has happened to
 * the call's tool, agent, user, project, roles, access lists and plan themselves: whatever has been revived since fell in between. So it can be asked
 * anywhere, also where the reaction to these events does not run. `null` if the call stands.
 */
export function createFallSince(
  deps: KnownOfCalls & { readonly bus: Pick<MessageBus, 'reread'> },
): (call: Standing, since: number) => Promise<Fall | null> {
  const { directory, board, intents, plans, bus } = deps;
  const fallByEvent = createFallByEvent(deps);
  const standing = createStandingCheck(deps);

  /** What has happened to a stream since, beginning from an event of it that is known. */
  async function* changes(known: Message | undefined, since: number): AsyncGenerator<Message> {
    if (!known) return;
    let { sequence } = known;
    for (let at = known.position; at > since && sequence > 1; sequence -= 1) {
      const before = await bus.reread(known.subject, sequence - 1);
      if (!before || before.position <= since) break;
      at = before.position;
    }
    for (; ; sequence += 1) {
      const message = await bus.reread(known.subject, sequence);
      if (!message) return;
      if (message.position > since) yield message;
    }
  }

  return async (call, since) => {
    const { organization } = call;
    for (const one of board.list(organization)) {
      const isLater = (one.positions.engaged ?? 0) > since;
      if (isLater && !one.drill && inScope(one, call)) return killedBy(one);
    }
    const own = directory.organization(organization);
    const known = [
      directory.tool(organization, call.tool_name)?.message,
      directory.agent(organization, call.agent_id)?.message,
      directory.user(organization, call.user_id)?.message,
      directory.project(organization, projectOf(directory, organization, call.agent_id))?.message,
      directory.roleCatalog(),
      ...intents.lastOf(call),
      own?.message,
      ...(own ? plans.lastOf(own.plan) : []),
    ];
    for (const last of known)
      for await (const message of changes(last, since)) {
        const fallen = fallByEvent(message, call);
        if (fallen) return fallen;
      }
    return standing(call);
  };
}
