import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { ApprovalEvent, ApprovalRequested, Principal } from './events.ts';
import { type Approval, evolve, initialState, type Question } from './state.ts';

/** Asks a human. A second question for the same call changes nothing: nobody is asked twice. */
interface RequestApproval {
  readonly kind: 'request';
  readonly question: ApprovalRequested['data'];
  readonly personal: Personal;
}

/** One person's answer. Who may answer is checked before, from the directory; `standing` is what came of it. */
export interface Vote {
  readonly kind: 'vote';
  readonly by: Principal;
  readonly decision: 'approve' | 'deny';
  readonly argumentsDigest: string;
  readonly time: string;
  /** Once for the vote and once for the event that ends the approval. */
  readonly personal: { readonly vote: Personal; readonly end: Personal };
}

/** The time-out has come: expired, which means no. */
interface Expire {
  readonly kind: 'expire';
  readonly time: string;
}

/** The question no longer stands. */
interface Void {
  readonly kind: 'void';
  readonly cause: string;
}

/** Everything that can be asked of an approval. */
export type ApprovalCommand = RequestApproval | Vote | Expire | Void;

/** Codes of the contract. */
export type ApprovalRejection = 'not_found' | 'already_decided' | 'expired' | 'void' | 'digest_mismatch';

type Decided = readonly ApprovalEvent[] | Rejection<ApprovalRejection>;

function vote(command: Vote, state: Approval): Decided {
  const { by, decision, argumentsDigest, time, personal } = command;
  switch (state.status) {
    case 'none':
      return reject('not_found', 'there is no such approval');
    case 'granted':
    case 'denied':
      return reject('already_decided', `the approval is ${state.status}`);
    case 'expired':
      return reject('expired', `the approval expired at ${state.asked.expires_at}`);
    case 'void':
      return reject('void', 'the question no longer stands');
  }
  const { asked } = state;
  if (time >= asked.expires_at) return reject('expired', `the approval expired at ${asked.expires_at}`);
  if (state.approvedBy.includes(by.id)) return reject('already_decided', `${by.id} has approved already`);
  if (argumentsDigest !== asked.arguments_digest) {
    return reject('digest_mismatch', 'arguments_digest is not that of the arguments that are asked about');
  }
  const voted: ApprovalEvent = {
    type: 'approval-voted.v1',
    data: { tool_call_id: asked.tool_call_id, by, decision, arguments_digest: argumentsDigest },
    personal: personal.vote,
  };
  const response_time_ms = Date.parse(time) - Date.parse(state.askedAt);
  if (decision === 'deny') {
    const data = { ...ended(state), by, user_response: 'denied' as const, response_time_ms };
    return [voted, { type: 'approval-denied.v1', data, personal: personal.end }];
  }
  const approvers = [...state.approvedBy, by.id];
  if (approvers.length < asked.quorum.needed) return [voted];
  const data = { ...ended(state), approvers, user_response: 'approved' as const, response_time_ms };
  return [voted, { type: 'approval-granted.v1', data, personal: personal.end }];
}

function decide(command: ApprovalCommand, state: Approval): Decided {
  switch (command.kind) {
    case 'request':
      if (state.status !== 'none') return [];
      return [{ type: 'approval-requested.v1', data: command.question, personal: command.personal }];
    case 'vote':
      return vote(command, state);
    case 'expire':
      if (state.status !== 'waiting' || command.time < state.asked.expires_at) return [];
      return [
        {
          type: 'approval-expired.v1',
          data: { ...ended(state), user_response: null, response_time_ms: null },
        },
      ];
    case 'void':
      if (state.status !== 'waiting') return [];
      return [
        {
          type: 'approval-voided.v1',
          data: { ...ended(state), cause: command.cause, user_response: null, response_time_ms: null },
        },
      ];
  }
}

/** Asked once, answered once by each person, ended once. */
export const approval: Decider<Approval, ApprovalCommand, ApprovalEvent, ApprovalRejection> = {
  initial: initialState,
  evolve,
  decide,
};

function ended(state: Question) {
  return { tool_call_id: state.asked.tool_call_id, tool: state.asked.tool, approvers: state.approvedBy };
}
