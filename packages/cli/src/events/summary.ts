import type { CloudEvent } from '@countersign/sdk';
import { plainJson } from '../terminal/plain-text.ts';
import { shown } from '../terminal/shown.ts';

type Data = Readonly<Record<string, unknown>>;

/** One line about an event, in words. What it quotes is untrusted: show it as plain text. */
export function summaryOf({ type, data, subject }: CloudEvent): string {
  const summary = SUMMARIES[type];
  if (summary !== undefined) return summary(data);
  const by = data.by ?? data.created_by ?? data.author;
  return by === undefined ? subject : `${subject} by ${actor(by)}`;
}

const SUMMARIES: Readonly<Record<string, (data: Data) => string>> = {
  'agent.decision.made': (data) => `${data.agent_id} for ${data.user_id} chose ${data.tool_selected}`,
  'agent.tool.requested': (data) =>
    `${data.tool_name} ${quoted(data.arguments)} because ${quoted(data.reason)}`,
  'agent.tool.evaluated': (data) =>
    `${data.phase}: ${data.verdict} (${codes(data.reasons)}), risk ${data.risk_score}`,
  'agent.approval.requested': (data) => `asks ${shown(data.approvers)}, until ${data.expires_at}`,
  'agent.approval.voted': (data) => `${actor(data.by)}: ${data.decision}, ${quoted(data.reason)}`,
  'agent.approval.granted': ended,
  'agent.approval.denied': ended,
  'agent.approval.expired': ended,
  'agent.approval.voided': ended,
  'agent.quota.reserved': lines,
  'agent.quota.committed': lines,
  'agent.quota.released': (data) => `${lines(data)} (${data.cause})`,
  'agent.quota.overrun': lines,
  'agent.quota.adjusted': (data) => `${lines(data)} (${data.cause})`,
  'agent.quota.denied': (data) => `${which(data.which)}: ${data.used} of ${data.limit} used`,
  'agent.tool.authorized': (data) => `permit until ${data.expires_at}`,
  'agent.permit.redeemed': (data) => `by ${actor(data.by ?? data.author)}`,
  'agent.tool.called': (data) =>
    `${data.success ? 'succeeded' : 'failed'}${data.executed ? '' : ', not executed'} after ${data.latency_ms ?? '?'} ms${data.error ? `: ${quoted(data.error)}` : ''}`,
  'agent.tool.lapsed': (data) => `${data.tool_name}: the permit was never redeemed`,
  'agent.tool.abandoned': (data) => `${data.tool_name}: no outcome in time`,
  'agent.safety.blocked': (data) => `${data.blocked_action} for ${data.user}: ${data.reason}`,
  'killswitch.engaged': (data) =>
    `${data.drill ? 'drill: ' : ''}${data.scope} ${data.target ?? ''} by ${actor(data.by)}: ${quoted(data.reason)}`,
};

function ended(data: Data): string {
  const time = data.response_time_ms === null ? '' : ` after ${data.response_time_ms} ms`;
  return `${data.user_response ?? 'no answer'}${time}`;
}

function lines(data: Data): string {
  const charged = data.lines as readonly {
    readonly key: string;
    readonly scope: string;
    readonly amount: number;
  }[];
  return charged.map(({ key, scope, amount }) => `${key} ${amount} of ${scope}`).join(', ') || 'nothing';
}

function which(refusal: unknown): string {
  const { kind, key, scope, name } = refusal as Data;
  return kind === 'meter' ? `${key} of ${scope}` : `${kind} ${name ?? key}`;
}

function codes(reasons: unknown): string {
  return (reasons as readonly { readonly code: string; readonly rule?: string }[])
    .map(({ code, rule }) => rule ?? code)
    .join(', ');
}

function actor(by: unknown): string {
  if (typeof by !== 'object' || by === null || !('kind' in by) || !('id' in by)) return String(by);
  return `${by.kind} ${by.id}`;
}

/** As JSON, so that its end can be seen; `(erased)` where it is. */
function quoted(value: unknown): string {
  return typeof value === 'string' ? plainJson(value) : String(shown(value) ?? 'nothing');
}
