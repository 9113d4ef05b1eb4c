import type {
  Actor,
  IntentApproval,
  IntentApprovalDecided,
  IntentApprovalRequested,
  IntentCostRecorded,
} from '@countersign/contracts';
import { createViewTable, type Projection, type ViewDefinition, type ViewRow } from '@countersign/processing';
import { allRows, type ViewReader } from '@countersign/service';
import { type WorkIntentRow, workIntentKey } from '../workintent/view.ts';
import { COMPLETE } from './state.ts';

/** An approval without its erasable text. */
export interface ApprovalRow extends ViewRow {
  readonly id: string;
  readonly organization: string;
  readonly intent: string;
  readonly intent_id: string;
  readonly action: string;
  readonly requested_by: Actor;
  readonly status: 'pending' | 'approved' | 'denied';
  readonly decided_by: Actor | null;
  readonly decided_at: string | null;
  /** Position of the answer. */
  readonly decided: number | null;
  readonly created_at: string;
  /** Version in its stream of the event that asked for it. */
  readonly sequence: number;
}

/** One row for each approval, those of one work intent in the order in which they were asked for. */
export const approvalsView: ViewDefinition = {
  name: 'work-intent-approvals.v2',
  columns: { intent: 'text', status: 'text' },
  indexes: [['intent'], ['intent', 'status']],
};

/** Rows of one work intent begin with its name; ids follow the time of their making. */
export function keyInIntent(organization: string, intentId: string, id: string): string {
  return `${workIntentKey(organization, intentId)}:${id}`;
}

const ANSWERS = {
  'workintent.approval_granted': 'approved',
  'workintent.approval_denied': 'denied',
} as const;

/** Folds questions and answers. */
export function createApprovalsView(): Projection<ApprovalRow> {
  const table = createViewTable<ApprovalRow>(approvalsView.name);
  return {
    view: approvalsView,
    table,
    topics: ['agent.control'],
    needs({ type, organization, data }) {
      if (!(type in ANSWERS)) return [];
      const { intent_id, approval_id } = data as unknown as IntentApprovalDecided;
      return [keyInIntent(organization, intent_id, approval_id)];
    },
    apply({ type, organization, data, time, sequence, position }) {
      if (type === 'workintent.approval_requested') {
        const { intent_id, approval_id, action, by } = data as unknown as IntentApprovalRequested;
        const key = keyInIntent(organization, intent_id, approval_id);
        if (table.get(key)) return;
        table.put(key, {
          ...{
            id: approval_id,
            organization,
            intent: workIntentKey(organization, intent_id),
            intent_id,
            action,
          },
          ...{ requested_by: by, status: 'pending', decided_by: null, decided_at: null, decided: null },
          ...{ created_at: time, sequence },
        });
      } else if (type in ANSWERS) {
        const { intent_id, approval_id, by } = data as unknown as IntentApprovalDecided;
        const key = keyInIntent(organization, intent_id, approval_id);
        const row = table.get(key);
        const status = ANSWERS[type as keyof typeof ANSWERS];
        if (row) table.put(key, { ...row, status, decided_by: by, decided_at: time, decided: position });
      }
    },
  };
}

/** How an approval stands: what was said to another policy, state or completion counts no more. */
export function statusOf(
  { action, status, decided }: ApprovalRow,
  { approvals_since: since }: Pick<WorkIntentRow, 'approvals_since'>,
): IntentApproval['status'] {
  const from = action === COMPLETE ? Math.max(since.policy, since.work) : since.policy;
  return status === 'approved' && decided !== null && decided < from ? 'expired' : status;
}

/** The approvals of a work intent in the order in which they were asked for, all or those of one status. */
export async function approvalsOf(
  views: Pick<ViewReader, 'query'>,
  organization: string,
  intentId: string,
  status?: ApprovalRow['status'],
): Promise<ApprovalRow[]> {
  const where = { intent: workIntentKey(organization, intentId), ...(status ? { status } : {}) };
  const rows: ApprovalRow[] = [];
  for await (const row of allRows<ApprovalRow>(views, approvalsView.name, where)) rows.push(row);
  return rows;
}

/** A cost without its erasable text. */
export interface CostRow extends ViewRow, Omit<IntentCostRecorded, 'cost_id' | 'by'> {
  readonly id: string;
  readonly organization: string;
  readonly intent: string;
  readonly agent_id: string;
  readonly recorded_at: string;
  readonly sequence: number;
}

/** One row for each cost, those of one work intent in the order in which they were recorded. */
export const costsView: ViewDefinition = {
  name: 'work-intent-costs.v1',
  columns: { intent: 'text' },
  indexes: [['intent']],
};

/** Folds costs. */
export function createCostsView(): Projection<CostRow> {
  const table = createViewTable<CostRow>(costsView.name);
  return {
    view: costsView,
    table,
    topics: ['agent.control'],
    needs: () => [],
    apply({ type, organization, data, time, sequence }) {
      if (type !== 'workintent.cost_recorded') return;
      const { cost_id: id, by, ...cost } = data as unknown as IntentCostRecorded;
      table.put(keyInIntent(organization, cost.intent_id, id), {
        ...{ id, organization, intent: workIntentKey(organization, cost.intent_id) },
        ...{ ...cost, agent_id: by.id, recorded_at: time, sequence },
      });
    },
  };
}
