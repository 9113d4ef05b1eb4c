import type {
  GovernancePolicy,
  IntentGovernanceSet,
  WorkIntentContextSet,
  WorkIntentCreated,
  WorkIntentStateChanged,
  WorkIntentStatusChanged,
} from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { createViewTable, type Projection, type ViewDefinition, type ViewRow } from '@countersign/processing';
import type { Status } from './events.ts';

/** A work intent without its erasable text. */
export interface WorkIntentRow extends ViewRow {
  readonly id: string;
  readonly organization: string;
  readonly namespace: string | null;
  readonly parent_intent_id: string | null;
  readonly depends_on: readonly string[];
  readonly created_by: string;
  readonly status: Status;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  /** Version in its stream of the event that holds the whole state. */
  readonly state_at: number;
  /** What agents are told of what is around it, and the version of the event that says so; left out while none does. */
  readonly context?: Pick<WorkIntentContextSet, 'mode' | 'parts'> & { readonly at: number };
  /** What was set; left out while nothing is. */
  readonly governance_policy?: GovernancePolicy;
  /** Positions of the last change of its policy, and of its state or completion: an approval counts after them. */
  readonly approvals_since: { readonly policy: number; readonly work: number };
  readonly position: number;
}

/** One row for each work intent. */
export const workIntentsView: ViewDefinition = {
  name: 'work-intents.v2',
  columns: { organization: 'text', status: 'text' },
  indexes: [['organization'], ['organization', 'status']],
};

const TYPES = new Set([
  'workintent.created',
  'workintent.state_changed',
  'workintent.status_changed',
  'workintent.context_set',
  'workintent.governance_set',
]);

/** Rows of one organization begin with its name; ids follow the time of their making. */
export function workIntentKey(organization: string, id: string): string {
  return `${organization}:${id}`;
}

/** Folds work intents into rows. */
export function createWorkIntentsView(): Projection<WorkIntentRow> {
  const table = createViewTable<WorkIntentRow>(workIntentsView.name);
  const keyOf = ({ organization, data }: Message) => workIntentKey(organization, String(data.intent_id));
  return {
    view: workIntentsView,
    table,
    topics: ['agent.control'],
    needs: (message) => (TYPES.has(message.type) ? [keyOf(message)] : []),
    apply(message) {
      if (!TYPES.has(message.type)) return;
      const key = keyOf(message);
      const row = table.get(key);
      if (message.type === 'workintent.created') {
        if (!row) table.put(key, begin(message));
        return;
      }
      if (!row || message.position <= row.position) return;
      if (message.type === 'workintent.context_set') {
        const { mode, parts } = message.data as unknown as WorkIntentContextSet;
        table.put(key, {
          ...row,
          context: { mode, parts, at: message.sequence },
          position: message.position,
        });
        return;
      }
      const { version } = message.data as unknown as WorkIntentStateChanged;
      const changed = { ...row, version, updated_at: message.time, position: message.position };
      const since = row.approvals_since;
      const work = { approvals_since: { ...since, work: message.position } };
      if (message.type === 'workintent.state_changed')
        table.put(key, { ...changed, ...work, state_at: message.sequence });
      else if (message.type === 'workintent.governance_set') {
        const { governance_policy: _, ...others } = changed;
        const { policy } = message.data as unknown as IntentGovernanceSet;
        const rest = { ...others, approvals_since: { ...since, policy: message.position } };
        table.put(key, policy ? { ...rest, governance_policy: policy } : rest);
      } else {
        const { to: status } = message.data as unknown as WorkIntentStatusChanged;
        table.put(key, { ...changed, ...(status === 'completed' ? work : {}), status });
      }
    },
  };
}

function begin({ organization, data, time, sequence, position }: Message): WorkIntentRow {
  const { intent_id, namespace, parent_intent_id, depends_on, governance_policy, by } =
    data as unknown as WorkIntentCreated;
  return {
    id: intent_id,
    organization,
    namespace,
    parent_intent_id,
    depends_on,
    created_by: by.id,
    status: 'draft',
    version: 1,
    created_at: time,
    updated_at: time,
    state_at: sequence,
    ...(governance_policy ? { governance_policy } : {}),
    approvals_since: { policy: position, work: position },
    position,
  };
}
