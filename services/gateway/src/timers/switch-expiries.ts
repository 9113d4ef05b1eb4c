import type { KillSwitch, KillSwitchBoard } from '@countersign/directory';
import { reactionId, streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import type { DueSource } from '@countersign/processing';
import type { ServiceDependencies } from '@countersign/service';
import type { KillSwitchCommand } from '../killswitch/decide.ts';
import type { KillSwitchState } from '../killswitch/state.ts';

/** Kill switches whose time is over. They are few and in memory, so no view is asked. */
export function createSwitchExpiries(deps: {
  readonly service: ServiceDependencies;
  readonly killSwitches: CommandHandler<KillSwitchState, KillSwitchCommand, 'not_found' | 'void'>;
  readonly board: KillSwitchBoard;
}): DueSource<KillSwitch> {
  return {
    find: async (nowMs, limit) =>
      deps.board
        .active()
        .filter(({ expiresAt }) => expiresAt !== null && Date.parse(expiresAt) <= nowMs)
        .slice(0, limit),
    async fire(one, nowMs) {
      const time = new Date(nowMs).toISOString();
      return deps.killSwitches.handle(
        streamName('killswitch', one.id),
        { kind: 'expire', time },
        {
          organization: one.organization,
          time,
          eventId: (index) => reactionId(one.engaged.id, 'gateway.switch-expiry.v1', index),
        },
      );
    },
  };
}
