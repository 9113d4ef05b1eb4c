import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, reactionMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { again, againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import { type Clock, messageMetadata, timeOf } from '@countersign/service';
import type { KillSwitchCommand } from '../killswitch/decide.ts';
import { LEASE_MS, type LeaseRegistry } from '../killswitch/lease.ts';
import type { KillSwitchState } from '../killswitch/state.ts';

const HANDLER = 'gateway.effective.v1';

/** Writes `effective` once every enforcing gateway has acknowledged the switch or its lease has lapsed. */
export function createEffectiveReaction(deps: {
  readonly killSwitches: CommandHandler<KillSwitchState, KillSwitchCommand, 'not_found' | 'void'>;
  readonly leases: LeaseRegistry;
  readonly clock: Clock;
}): (message: Message) => Promise<ReactionOutcome> {
  return async (message) => {
    const acknowledged = deps.leases.whenAcknowledged('switches', message.position, LEASE_MS);
    if (!(await acknowledged)) return again('a gateway has not acknowledged');
    const handled = await deps.killSwitches.handle(
      streamName('killswitch', String(message.data.kill_switch_id)),
      { kind: 'become-effective', epoch: String(message.position) },
      reactionMetadata({ metadata: messageMetadata(message) }, HANDLER, timeOf(deps.clock)),
    );
    return handled.kind === 'failed' ? againAfter(handled.error) : DONE;
  };
}
