import type { CallStatus, CloudEvent } from '@countersign/sdk';

/** What the events say about a call. */
interface FoldedCall {
  readonly status: CallStatus;
  /** The latest verdict of the policies. */
  readonly verdict?: unknown;
  readonly asked?: boolean;
}

/** Where calls stand, by their ids. */
export type FoldedCalls = Map<string, FoldedCall>;

/** Applies one public event to the calls. */
export function foldCall(calls: FoldedCalls, { type, data, correlationid: id }: CloudEvent): void {
  if (id === undefined) return;
  const change = CHANGES[type];
  if (change === undefined) return;
  const before = calls.get(id) ?? { status: 'evaluating' };
  calls.set(id, { ...before, ...change(data, before) });
}

type Change = (data: CloudEvent['data'], before: FoldedCall) => Partial<FoldedCall>;

const ENDS: readonly CallStatus[] = ['denied', 'blocked', 'lapsed'];

const CHANGES: Readonly<Record<string, Change>> = {
  'agent.tool.requested': () => ({}),
  'agent.tool.evaluated': ({ verdict }) => ({ verdict }),
  'agent.approval.requested': () => ({ status: 'awaiting_approval', asked: true }),
  'agent.approval.granted': () => ({ status: 'evaluating' }),
  'agent.tool.authorized': () => ({ status: 'authorized' }),
  'agent.permit.redeemed': () => ({ status: 'redeemed' }),
  'agent.tool.called': ({ success }, { status }) =>
    ENDS.includes(status) ? {} : { status: success ? 'succeeded' : 'failed' },
  'agent.tool.lapsed': () => ({ status: 'lapsed' }),
  'agent.tool.abandoned': () => ({ status: 'abandoned' }),
  // Denied: the first verdict said no. Blocked: something else did, or a person.
  'agent.safety.blocked': ({ reason }, { verdict, asked }) => ({
    status:
      verdict === 'deny' && !asked && reason !== 'killed' && reason !== 'undecided' ? 'denied' : 'blocked',
  }),
};
