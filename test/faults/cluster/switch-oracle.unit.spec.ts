import type { Message } from '@countersign/message-bus';
import { describe, expect, it } from 'vitest';
import { judgeSwitches } from './switch-oracle.ts';

const event = (position: number, type: string, data: object, correlation?: string) =>
  ({ position, type, data, correlation }) as unknown as Message;
const killSwitch = (position: number, what: string) =>
  event(position, `killswitch.${what}`, { kill_switch_id: 's', scope: 'agent', target: 'ann', drill: false });
const requested = (position: number, agent: string) =>
  event(position, 'agent.tool.requested', { agent_id: agent }, 'call');
const redeemed = (position: number, epoch: number) =>
  event(position, 'agent.permit.redeemed', { kill_epoch: String(epoch) }, 'call');

const ledger = (agent: string, ...acts: Message[]) =>
  [
    requested(1, agent),
    killSwitch(3, 'engaged'),
    killSwitch(5, 'effective'),
    killSwitch(9, 'released'),
    ...acts,
  ].sort((a, b) => a.position - b.position);
const TOLD = [{ call: 'call', shows: 'agent.permit.redeemed' }];

describe('kill switches, judged by the store', () => {
  it('are kept where nothing of the agent stands between effect and release', () => {
    const acts = [redeemed(2, 0), redeemed(4, 0), redeemed(10, 9)];
    expect(judgeSwitches(ledger('ann', ...acts), TOLD)).toEqual({ complaints: [], effective: 1 });
  });

  it('are kept where what stands there is void and was not told', () => {
    expect(judgeSwitches(ledger('ann', redeemed(6, 0)), []).complaints).toEqual([]);
  });

  it('are broken where it was told', () => {
    expect(judgeSwitches(ledger('ann', redeemed(6, 0)), TOLD).complaints).toEqual([
      expect.stringContaining('was told'),
    ]);
  });

  it('are broken by a gateway that knew', () => {
    expect(judgeSwitches(ledger('ann', redeemed(6, 3)), []).complaints).toEqual([
      expect.stringContaining('knew of it'),
    ]);
  });

  it('are about their own agent', () => {
    expect(judgeSwitches(ledger('bob', redeemed(6, 3)), TOLD).complaints).toEqual([]);
  });
});
