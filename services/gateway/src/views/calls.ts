import type {
  ApprovalRequested,
  PermitRedeemed,
  QuotaDenied,
  QuotaReserved,
  SafetyBlocked,
  ToolAuthorized,
  ToolCalled,
  ToolEvaluated,
  ToolRequested,
} from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { createViewTable, type Projection } from '@countersign/processing';
import { type CallRow, callsView, isEnded } from './call-row.ts';

/** What the view's rows take from the configuration, and who hears of them. */
export interface CallsViewOptions {
  readonly decisionTimeoutMs: number;
  readonly outcomeTtlMs: number;
  /** Told of every change, after it is applied. */
  readonly onChange: (row: CallRow) => void;
}

type Change = (row: CallRow, message: Message, options: CallsViewOptions) => Partial<CallRow>;

const ms = (time: string) => Date.parse(time);

/** How each event changes the row of its call. */
const changes: { readonly [type: string]: Change } = {
  'agent.tool.evaluated': (row, message) => {
    const { verdict, reasons, obligations, policy_set, risk_score } =
      message.data as unknown as ToolEvaluated;
    const judged = { obligations: obligations as CallRow['obligations'], policy_set, risk_score };
    // Late, the call has ended without it: what is recorded of its end stays.
    return isEnded(row.status) ? judged : { ...judged, verdict, reasons };
  },
  'agent.approval.requested': (row, message) => ({
    ...(row.status === 'evaluating' ? { status: 'awaiting_approval', deadline: null } : {}),
    asked: message.position,
    approval: { state: 'waiting', expires_at: (message.data as unknown as ApprovalRequested).expires_at },
  }),
  'agent.approval.granted': (row, message, { decisionTimeoutMs }) => ({
    ...approval(row, 'granted'),
    ...(row.status === 'awaiting_approval'
      ? { status: 'evaluating', deadline: ms(message.time) + decisionTimeoutMs }
      : {}),
  }),
  'agent.approval.denied': (row) => approval(row, 'denied'),
  'agent.approval.expired': (row) => approval(row, 'expired'),
  'agent.approval.voided': (row) => approval(row, 'void'),
  'agent.quota.reserved': (row, message) => ({ ...quotaEvent(row, message), ...rateOf(message) }),
  'agent.quota.committed': quotaEvent,
  'agent.quota.released': quotaEvent,
  'agent.quota.overrun': quotaEvent,
  'agent.quota.adjusted': quotaEvent,
  'agent.quota.denied': (row, message) => {
    const { which, limit, used, retry_after_ms } = message.data as unknown as QuotaDenied;
    return { ...quotaEvent(row, message), quota_denied: { which, limit, used, retry_after_ms } };
  },
  'agent.tool.authorized': (row, message) => {
    const { expires_at, kill_epoch } = message.data as unknown as ToolAuthorized;
    return {
      status: 'authorized',
      verdict: 'allow',
      deadline: ms(expires_at),
      permit: {
        event_id: message.id,
        position: message.position,
        judged_at: row.position,
        expires_at,
        kill_epoch: Number(kill_epoch ?? 0),
        redeemed: false,
      },
    };
  },
  'agent.permit.redeemed': (row, message, { outcomeTtlMs }) => ({
    status: 'redeemed',
    deadline: ms(message.time) + outcomeTtlMs,
    ...(row.permit
      ? {
          permit: {
            ...row.permit,
            redeemed: true,
            position: message.position,
            kill_epoch: Number((message.data as unknown as PermitRedeemed).kill_epoch ?? 0),
          },
        }
      : {}),
  }),
  'agent.tool.called': (row, message) => {
    const { success, executed, latency_ms, usage, late, unauthorized } =
      message.data as unknown as ToolCalled;
    const reported_at = message.time;
    const ended = row.status === 'blocked' || row.status === 'denied' || row.status === 'lapsed';
    return {
      ...(ended ? {} : { status: success ? 'succeeded' : 'failed' }),
      deadline: null,
      outcome: {
        success,
        executed,
        latency_ms,
        usage: usage as CallRow['obligations'] | null,
        late,
        unauthorized,
        reported_at,
        sequence: message.sequence,
      },
    };
  },
  'agent.tool.lapsed': () => ({ status: 'lapsed', deadline: null }),
  'agent.tool.abandoned': () => ({ status: 'abandoned', deadline: null }),
  'agent.safety.blocked': (row, message) => {
    const { reason, context } = message.data as unknown as SafetyBlocked;
    const byPolicy =
      row.verdict === 'deny' && row.approval === null && reason !== 'killed' && reason !== 'undecided';
    return {
      status: byPolicy ? 'denied' : 'blocked',
      deadline: null,
      blocked: { reason, kill_switch_id: context.kill_switch_id },
      reasons: context.reasons.length > 0 ? context.reasons : row.reasons,
    };
  },
};

function quotaEvent(row: CallRow, message: Message): Partial<CallRow> {
  return { quota_positions: [...row.quota_positions, message.position] };
}

function rateOf(message: Message): Pick<CallRow, 'rate'> {
  const { throttles } = message.data as unknown as QuotaReserved;
  const rooms = throttles.flatMap(({ limit, remaining }) =>
    limit === undefined || remaining === undefined ? [] : [{ limit, remaining }],
  );
  const [narrowest] = rooms.sort((one, other) => one.remaining - other.remaining);
  return narrowest === undefined ? {} : { rate: narrowest };
}

function approval(row: CallRow, state: 'granted' | 'denied' | 'expired' | 'void'): Partial<CallRow> {
  return row.approval ? { approval: { ...row.approval, state } } : {};
}

/** The calls of all organizations, joined over the events of the five services. */
export function createCallsView(options: CallsViewOptions): Projection<CallRow> {
  const table = createViewTable<CallRow>(callsView.name);
  const put = (row: CallRow) => {
    table.put(row.id, row);
    options.onChange(row);
  };
  return {
    view: callsView,
    table,
    topics: ['agent.tool', 'agent.evaluation', 'agent.approval', 'agent.quota', 'agent.safety'],
    needs: (message) =>
      message.correlation === undefined ||
      message.type === 'agent.decision.made' ||
      message.type === 'agent.tool.requested'
        ? []
        : [message.correlation],
    apply(message) {
      const id = message.correlation;
      if (id === undefined) return;
      const row = table.get(id);
      if (message.type === 'agent.tool.requested') {
        if (!row) put(begin(message, options));
        return;
      }
      const change = changes[message.type];
      if (!row || !change || message.position <= row.position) return;
      put({ ...row, ...change(row, message, options), updated_at: message.time, position: message.position });
    },
  };
}

function begin(message: Message, { decisionTimeoutMs }: CallsViewOptions): CallRow {
  const request = message.data as unknown as ToolRequested;
  return {
    id: request.tool_call_id,
    organization: message.organization,
    agent_id: request.agent_id,
    user_id: request.user_id,
    tool_name: request.tool_name,
    status: 'evaluating',
    requested_by: request.requested_by,
    arguments_digest: request.arguments_digest,
    tool_definition_hash: request.tool_definition_hash,
    intent_id: request.intent_id,
    created_at: message.time,
    updated_at: message.time,
    position: message.position,
    deadline: ms(message.time) + decisionTimeoutMs,
    verdict: null,
    reasons: [],
    obligations: {},
    policy_set: null,
    risk_score: null,
    approval: null,
    asked: null,
    permit: null,
    outcome: null,
    blocked: null,
    quota_denied: null,
    quota_positions: [],
  };
}
