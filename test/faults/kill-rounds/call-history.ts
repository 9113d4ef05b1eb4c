import type { LedgerEvent } from './ledger-event.ts';

/** Events that a call can have once at most: each is a verdict, an answer or an end. */
const ONCE = [
  'agent.decision.made',
  'agent.tool.requested',
  'agent.tool.evaluated request',
  'agent.tool.evaluated release',
  'agent.approval.requested',
  'agent.approval.granted',
  'agent.approval.denied',
  'agent.quota.reserved',
  'agent.quota.denied',
  'agent.tool.authorized',
  'agent.permit.redeemed',
  'agent.tool.called',
  'agent.tool.lapsed',
  'agent.tool.abandoned',
  'agent.safety.blocked',
];

/** What the ledger tells of one call. */
export interface CallHistory {
  /** How often each event stands there; evaluations by their phase. */
  readonly counts: ReadonlyMap<string, number>;
  /** Folds an event; answers what is wrong with it there. */
  add(event: LedgerEvent): string[];
  has(type: string): boolean;
  /** Authorized, and nothing has said that it certainly did not run. */
  holdsQuota(): boolean;
}

export function createCallHistory(call: string): CallHistory {
  const counts = new Map<string, number>();
  let givenBack = false;
  const has = (type: string) => counts.has(type);

  return {
    counts,
    has,
    add({ type, data, position }) {
      const name = type === 'agent.tool.evaluated' ? `${type} ${String(data.phase)}` : type;
      const wrong = (what: string) => `call ${call}: ${what} at position ${position}`;
      const complaints: string[] = [];
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (ONCE.includes(name) && counts.get(name) !== 1) complaints.push(wrong(`a second ${name}`));
      if (type === 'agent.tool.authorized' && has('agent.safety.blocked')) {
        complaints.push(wrong('authorized after it was blocked'));
      }
      if (type === 'agent.permit.redeemed' && !has('agent.tool.authorized')) {
        complaints.push(wrong('redeemed without a permit'));
      }
      if (type === 'agent.tool.authorized' && !has('agent.quota.reserved')) {
        complaints.push(wrong('authorized without a reservation'));
      }
      if (type === 'agent.tool.lapsed' || type === 'agent.safety.blocked') givenBack = true;
      if (type === 'agent.tool.called') givenBack = data.executed === false;
      return complaints;
    },
    holdsQuota: () => has('agent.tool.authorized') && !givenBack,
  };
}
