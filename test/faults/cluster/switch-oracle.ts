import type { Message } from '@countersign/message-bus';
import type { Acknowledgement } from '../kill-rounds/acknowledgement.ts';

/** What stands between a switch's effect and its end, and what a call of its agent had then. */
interface Switch {
  readonly agent: string;
  readonly engaged: number;
  effective: number;
  ended: number;
}

interface Act {
  readonly call: string;
  readonly agent: string;
  readonly type: string;
  readonly position: number;
  readonly epoch: number;
}

/**
 * Judges kill switches on agents by the store: who knew of a switch writes no permit and no redemption behind its effect, and
 * what is written there by somebody who did not know was told to nobody.
 */
export function judgeSwitches(
  stored: readonly Message[],
  told: readonly Acknowledgement[],
): { readonly complaints: readonly string[]; readonly effective: number } {
  const switches = new Map<string, Switch>();
  const agents = new Map<string, string>();
  const acts: Act[] = [];
  for (const { type, data, position, correlation: call = '' } of stored) {
    const id = String(data.kill_switch_id);
    const one = switches.get(id);
    if (type === 'killswitch.engaged' && data.scope === 'agent' && data.drill !== true)
      switches.set(id, {
        agent: String(data.target),
        engaged: position,
        effective: Infinity,
        ended: Infinity,
      });
    if (type === 'killswitch.effective' && one) one.effective = position;
    if ((type === 'killswitch.released' || type === 'killswitch.expired') && one) one.ended = position;
    if (type === 'agent.tool.requested') agents.set(call, String(data.agent_id));
    if (type === 'agent.tool.authorized' || type === 'agent.permit.redeemed')
      acts.push({ call, agent: agents.get(call) ?? '', type, position, epoch: Number(data.kill_epoch) });
  }
  const wasTold = new Set(told.map(({ call, shows }) => `${shows} ${call}`));
  const complaints: string[] = [];
  for (const { agent, engaged, effective, ended } of switches.values()) {
    for (const act of acts) {
      if (act.agent !== agent || act.position <= effective || act.position >= ended) continue;
      const what = `call ${act.call}: ${act.type} at ${act.position}, behind its switch's effect at ${effective}`;
      if (act.epoch >= engaged) complaints.push(`${what}, by a gateway that knew of it`);
      if (wasTold.has(`${act.type} ${act.call}`)) complaints.push(`${what}, was told`);
    }
  }
  const effective = [...switches.values()].filter((one) => Number.isFinite(one.effective)).length;
  return { complaints, effective };
}
