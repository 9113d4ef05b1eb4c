import type { MessageBus } from '@countersign/message-bus';
import type { AclBoard } from './acl-board.ts';
import { createIntentStanding } from './intent-standing.ts';
import { createKillSwitchBoard, inScope } from './kill-switches.ts';
import { createEverSince, type Known } from './replay.ts';
import { createStandingCheck, type Fall, type KnownOfCalls, killedBy, type Standing } from './standing.ts';

/** What calls stand on, with how it came to be so. */
export interface HistoryOfCalls extends KnownOfCalls {
  readonly lists: AclBoard;
  readonly bus: Pick<MessageBus, 'rereadFrom'>;
}

const UNTOLD: Fall = {
  reason: 'right_revoked',
  layer: 'permission',
  message: 'its rights could not be told for a time',
  killSwitchId: null,
};

/** What may have felled a call between two positions; `null` if nothing has. */
export type FallBetween = (call: Standing, since: number, until?: number) => Promise<Fall | null>;

/**
 * What but a kill switch has felled a call behind a position and not behind another, whatever has been revived since: judged
 * from what has happened to whatever the call rests on.
 */
export function createFallBetween(deps: HistoryOfCalls): FallBetween {
  const { directory } = deps;
  const everSince = createEverSince(deps);
  const noSwitches = createKillSwitchBoard();
  return async (call, since, until) => {
    const { organization, agent_id, user_id, tool_name, intent_id } = call;
    const streams = [
      directory.tool(organization, tool_name)?.message,
      directory.agent(organization, agent_id)?.message,
      directory.user(organization, user_id)?.message,
      directory.organization(organization)?.message,
      directory.roleCatalog(),
    ];
    const resource = intent_id === null ? null : ({ kind: 'intent', id: intent_id } as const);
    const begin = (then: Known) => (atMs: number) => {
      const { directory, lists } = then;
      const intents = createIntentStanding({ board: lists, directory, nowMs: () => atMs });
      return createStandingCheck({ ...then, board: noSwitches, intents })(call);
    };
    return everSince({ organization, streams, resource }, since, { begin, untold: UNTOLD }, until);
  };
}

/**
 * What has felled a call since a position, or fells it now, judged from the followed state and from what has happened to
 * whatever the call rests on: what has been revived since fell in between. So it can be asked anywhere, also where the
 * reaction to these events does not run. `null` if the call stands.
 */
export function createFallSince(
  deps: HistoryOfCalls,
): (call: Standing, since: number) => Promise<Fall | null> {
  const { board } = deps;
  const standing = createStandingCheck(deps);
  const fallBetween = createFallBetween(deps);

  const killedSince = (call: Standing, since: number): Fall | null => {
    for (const one of board.list(call.organization)) {
      // What a gateway permits before it knows of the switch stands in front of `effective`: no gateway does so afterwards.
      const isLater = (one.positions.effective ?? one.positions.engaged ?? 0) > since;
      if (isLater && !one.drill && inScope(one, call)) return killedBy(one);
    }
    return null;
  };

  return async (call, since) => killedSince(call, since) ?? standing(call) ?? fallBetween(call, since);
}
