import { z } from 'zod';
import { killScopes } from '../vocabulary/kill-switch.ts';
import { actor } from '../vocabulary/principal.ts';
import { id, position, timestamp, uuid } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.safety', category: 'killswitch', service: 'gateway' });

const target = {
  kill_switch_id: uuid,
  scope: z.enum(killScopes),
  target: id.nullable().describe('id of the agent, tool, user or organization; null for scope all'),
  drill: z.boolean(),
};

/** Its position in the ledger is the epoch that gateways acknowledge. */
export const killSwitchEngaged = defineEvent({
  type: 'killswitch.engaged',
  description: 'Refuses everything in scope from here on. A drill proves the way without stopping work.',
  data: {
    ...target,
    by: actor,
    expires_at: timestamp.nullable(),
    epoch: position.nullable(),
    imposed: z
      .literal(true)
      .optional()
      .describe(
        "there if the installation's owner, from another organization, stopped the one whose record this is: nobody there ends it",
      ),
  },
  erasable: { reason: reasonText },
});

/** From this position on no call in scope is allowed or begins: it can be shown from the ledger. */
export const killSwitchEffective = defineEvent({
  type: 'killswitch.effective',
  description:
    'Every enforcing gateway has acknowledged the switch, or its lease has lapsed. `epoch` is the position of the switch: what is authorized or redeemed in scope after this event under an older epoch is void.',
  data: { ...target, epoch: position },
});

/** The scope may call again; what became void stays void. */
export const killSwitchReleased = defineEvent({
  type: 'killswitch.released',
  description: 'Somebody ended the switch.',
  data: { ...target, by: actor, epoch: position.nullable() },
  erasable: { reason: reasonText },
});

/** It ended at the time that was set when it was engaged; what became void stays void. */
export const killSwitchExpired = defineEvent({
  type: 'killswitch.expired',
  description: 'The switch ended at its time.',
  data: { ...target, epoch: position.nullable() },
});

/** The clear data of `killswitch.engaged`. */
export type KillSwitchEngaged = DataOf<typeof killSwitchEngaged>;
/** The clear data of `killswitch.effective`. */
export type KillSwitchEffective = DataOf<typeof killSwitchEffective>;
/** The clear data of `killswitch.released`. */
export type KillSwitchReleased = DataOf<typeof killSwitchReleased>;
/** The clear data of `killswitch.expired`. */
export type KillSwitchExpired = DataOf<typeof killSwitchExpired>;
