import {
  type Decider,
  isRejection,
  type Personal,
  type Rejection,
  reject,
} from '@countersign/event-sourcing';
import type { GovernanceCommand } from '../governance/commands.ts';
import { decideGovernance, type GovernanceRejection, violated } from '../governance/decide.ts';
import {
  brokenByStep,
  brokenByWriter,
  completion,
  type Electorate,
  type Writer,
} from '../governance/judge.ts';
import { approvalsIn, effective } from '../governance/state.ts';
import type { LeaseCommand } from '../lease/commands.ts';
import { decideLease, endBarred, type LeaseRejection } from '../lease/decide.ts';
import { lacking } from '../lease/judge.ts';
import type { Actor } from '../policy/events.ts';
import type { Status, WorkIntentContextSet, WorkIntentCreated, WorkIntentEvent } from './events.ts';
import { staleAt } from './judge.ts';
import { evolve, initialState, type WorkIntent } from './state.ts';

interface CreateWorkIntent {
  readonly kind: 'create';
  readonly created: WorkIntentCreated['data'];
  readonly personal: Personal;
}

/** Puts another state in the place of that of `version`, which it was made from. */
interface ChangeState extends Writer {
  readonly kind: 'change-state';
  readonly intentId: string;
  readonly version: number;
  /** The parts of the state that it changes: others may hold leases of them. */
  readonly paths: readonly string[];
  readonly time: string;
  readonly personal: Personal;
}

interface ChangeStatus extends Writer {
  readonly kind: 'change-status';
  readonly intentId: string;
  readonly version: number;
  readonly to: Status;
  /** Whether everything that it depends on is completed. */
  readonly isUnblocked: boolean;
  readonly hasReason: boolean;
  readonly electorate: Electorate;
  readonly personal: Personal;
}

/** Records what somebody tells; nothing follows from it. */
interface LogEvent {
  readonly kind: 'log-event';
  readonly intentId: string;
  readonly eventType: string;
  readonly by: Actor;
  readonly personal: Personal;
}

/** Says what of what is around an intent agents are told. It is no part of the intent's version. */
export interface SetContext {
  readonly kind: 'set-context';
  readonly intentId: string;
  readonly context: Pick<WorkIntentContextSet['data'], 'mode' | 'parts'>;
  readonly by: Actor;
  readonly personal: Personal;
}

/** Everything that can be asked of a work intent. */
export type WorkIntentCommand =
  | CreateWorkIntent
  | ChangeState
  | ChangeStatus
  | LogEvent
  | SetContext
  | GovernanceCommand
  | LeaseCommand;

/** Why nothing is decided about a work intent. */
export type WorkIntentRejection = GovernanceRejection | LeaseRejection;

type Decided = readonly WorkIntentEvent[] | Rejection<WorkIntentRejection>;

/** Where each status may lead. What is completed or abandoned stays so. */
const NEXT: { readonly [From in Status]: readonly Status[] } = {
  draft: ['active', 'abandoned'],
  active: ['blocked', 'completed', 'abandoned'],
  blocked: ['active', 'abandoned'],
  completed: [],
  abandoned: [],
};

function decide(command: WorkIntentCommand, state: WorkIntent): Decided {
  if (command.kind === 'create') {
    const { created: data, personal } = command;
    return state.status === null ? [{ type: 'work-intent-created.v1', data, personal }] : [];
  }
  const { status: from } = state;
  if (from === null) return reject('not_found', 'there is no such work intent');
  switch (command.kind) {
    case 'log-event': {
      const { intentId: intent_id, eventType: event_type, by, personal } = command;
      return [{ type: 'work-intent-event-logged.v1', data: { intent_id, event_type, by }, personal }];
    }
    case 'set-context': {
      const { intentId: intent_id, context, by, personal } = command;
      return [{ type: 'work-intent-context-set.v1', data: { intent_id, ...context, by }, personal }];
    }
    case 'change-state':
    case 'change-status':
      return change(command, from, state);
    case 'acquire-lease':
      if (NEXT[from].length === 0) return final(from);
      return decideLease(command, effective(state.governance.policy), state.leases);
    case 'renew-lease':
    case 'release-lease':
    case 'end-lease':
    case 'bar-lease':
      return decideLease(command, effective(state.governance.policy), state.leases);
    case 'set-governance': {
      const set = decideGovernance(command, state.version, state.governance);
      return isRejection(set) ? set : [...set, ...endBarred(command, state.leases)];
    }
    default:
      return decideGovernance(command, state.version, state.governance);
  }
}

/** A change of the present version, by who may make it: that somebody may not is recorded, whatever else is wrong with it. */
function change(command: ChangeState | ChangeStatus, from: Status, state: WorkIntent): Decided {
  const { intentId: intent_id, by, personal } = command;
  if (command.version !== state.version) return staleAt(state.version);
  const version = state.version + 1;
  const policy = effective(state.governance.policy);
  const broken = brokenByWriter(policy, command);
  if (broken) return [violated(intent_id, by, broken)];
  if (command.kind === 'change-state') {
    if (NEXT[from].length === 0) return final(from);
    const leased = lacking(state.leases, command);
    if (leased) return reject('lease_conflict', `somebody else has the lease of ${leased.scope}`);
    return [{ type: 'work-intent-state-changed.v1', data: { intent_id, version, by }, personal }];
  }
  const { to, isUnblocked, hasReason, electorate } = command;
  if (!NEXT[from].includes(to))
    return reject(
      'invalid_request',
      `status: ${from} does not lead to ${to}; it leads to ${NEXT[from].join(', ') || 'nothing'}`,
    );
  if (to === 'completed' && !isUnblocked)
    return reject('invalid_request', 'status: not everything that it depends on is completed');
  const unsaid = brokenByStep(policy, hasReason);
  if (unsaid) return [violated(intent_id, by, unsaid)];
  const carried = to === 'completed' ? completion(policy, approvalsIn(state.governance), electorate) : [];
  if ('rule' in carried) return [violated(intent_id, by, carried)];
  const approvals = carried.length > 0 ? { approvals: carried } : {};
  const data = { intent_id, version, from, to, ...approvals, by };
  return [{ type: 'work-intent-status-changed.v1', data, personal }];
}

function final(status: Status): Rejection<'invalid_request'> {
  return reject('invalid_request', `the work intent is ${status}: its state is final`);
}

/** State and status change only for who has seen the present version. */
export const workIntent: Decider<WorkIntent, WorkIntentCommand, WorkIntentEvent, WorkIntentRejection> = {
  initial: initialState,
  evolve,
  decide,
};
