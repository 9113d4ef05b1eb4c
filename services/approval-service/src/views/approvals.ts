import type { ApprovalRequested, ApprovalVoted } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { createViewTable, type Projection, type ViewDefinition, type ViewRow } from '@countersign/processing';

/** As the contract has it. */
export type ApprovalState = 'waiting' | 'granted' | 'denied' | 'expired' | 'void';

/** An approval without its erasable text. */
export interface ApprovalRow extends ViewRow {
  readonly id: string;
  readonly organization: string;
  readonly state: ApprovalState;
  readonly tool_name: string;
  readonly agent_id: string;
  readonly user_id: string;
  readonly tool_definition_hash: string;
  readonly intent_id: string | null;
  readonly question: ApprovalRequested;
  /** Votes to approve. */
  readonly given: number;
  readonly created_at: string;
  /** Position of the question: what happened after it can fell it, whatever answers have come since. */
  readonly asked: number;
  readonly position: number;
  /** `expires_at` in ms while it waits; `null` after. */
  readonly deadline: number | null;
}

/** One row for each approval; `deadline` in ms since 1970. */
export const approvalsView: ViewDefinition = {
  name: 'approvals.v3',
  columns: { organization: 'text', state: 'text', deadline: 'integer' },
  indexes: [['organization'], ['organization', 'state'], ['deadline']],
};

/** What each event that ends an approval leaves it as. */
export const ENDS: { readonly [type: string]: ApprovalState } = {
  'agent.approval.granted': 'granted',
  'agent.approval.denied': 'denied',
  'agent.approval.expired': 'expired',
  'agent.approval.voided': 'void',
};

/** Folds approvals into rows. */
export function createApprovalsView(): Projection<ApprovalRow> {
  const table = createViewTable<ApprovalRow>(approvalsView.name);
  return {
    view: approvalsView,
    table,
    topics: ['agent.approval'],
    needs: (message) =>
      message.correlation === undefined || message.type === 'agent.approval.requested'
        ? []
        : [message.correlation],
    apply(message) {
      const id = message.correlation;
      if (id === undefined) return;
      const row = table.get(id);
      if (message.type === 'agent.approval.requested') {
        if (!row) table.put(id, begin(message));
        return;
      }
      if (!row || message.position <= row.position) return;
      const end = ENDS[message.type];
      if (end !== undefined)
        table.put(id, { ...row, state: end, deadline: null, position: message.position });
      else if ((message.data as unknown as ApprovalVoted).decision === 'approve') {
        table.put(id, { ...row, given: row.given + 1, position: message.position });
      }
    },
  };
}

function begin(message: Message): ApprovalRow {
  const question = message.data as unknown as ApprovalRequested;
  return {
    id: question.tool_call_id,
    organization: message.organization,
    state: 'waiting',
    tool_name: question.tool,
    agent_id: question.agent_id,
    user_id: question.user_id,
    tool_definition_hash: question.tool_definition_hash,
    intent_id: question.intent_id ?? null,
    question,
    given: 0,
    created_at: message.time,
    asked: message.position,
    position: message.position,
    deadline: Date.parse(question.expires_at),
  };
}
