import { killScopes, type Problem, type SafetyBlocked, type ToolCalled } from '@countersign/contracts';
import type { KillSwitchBoard } from '@countersign/directory';
import { isProblem } from '@countersign/http';
import type { Message } from '@countersign/message-bus';
import type { Projection } from '@countersign/processing';
import type { ServiceDependencies } from '@countersign/service';
import type { Metrics } from '@countersign/telemetry';
import type { WaitingAnnouncement } from './toolcall/announce.ts';
import type { Answer } from './toolcall/answer.ts';
import type { CallRow } from './views/call-row.ts';

type Announce = (announcement: WaitingAnnouncement) => Promise<Answer | Problem>;
type Measure = (message: Message, row: CallRow) => void;

/**
 * The view of calls, measuring what it sees: ends of calls, outcomes, kill switches. What was recorded before this start
 * is not counted, however often it is projected. A late outcome counts once more, under the status that it leads to.
 */
export function measureCalls(
  calls: Projection<CallRow>,
  { metrics, store }: Pick<ServiceDependencies, 'metrics' | 'store'>,
  board: KillSwitchBoard,
): Projection<CallRow> {
  const startedAt = store.acceptedPosition;
  const byType = measuresOf(metrics);
  const propagation = measureKillSwitches(metrics, board);
  return {
    ...calls,
    apply(message) {
      calls.apply(message);
      const measure = byType[message.type];
      if (measure) {
        const row = calls.table.peek(message.correlation ?? '');
        // Only what has changed the row: the same message once more does not.
        if (row?.position === message.position && message.position > startedAt) measure(message, row);
      } else if (message.type === 'killswitch.effective' && message.position > startedAt)
        propagation(message);
    },
  };
}

function measuresOf(metrics: Metrics): { readonly [type: string]: Measure } {
  const unauthorized = metrics.counter('unauthorized_outcomes_total', {});
  const ended: Measure = (_, { status }) => metrics.counter('tool_calls_total', { status }).add();
  return {
    'agent.tool.called'(message, row) {
      const outcome = message.data as unknown as ToolCalled;
      if (outcome.unauthorized) unauthorized.add();
      const { latency_ms } = outcome;
      if (latency_ms !== null)
        metrics.histogram('tool_latency_seconds', { tool: row.tool_name }).record(latency_ms / 1000);
      // A call that had ended before keeps its status, and is counted.
      if (row.status === 'succeeded' || row.status === 'failed') ended(message, row);
    },
    'agent.tool.lapsed': ended,
    'agent.tool.abandoned': ended,
    'agent.safety.blocked'(message, row) {
      const { reason } = message.data as unknown as SafetyBlocked;
      metrics.counter('blocked_actions_total', { reason }).add();
      ended(message, row);
    },
  };
}

/** Gauges of the switches in force; answers what measures how long one took to be effective. */
function measureKillSwitches(metrics: Metrics, board: KillSwitchBoard): (effective: Message) => void {
  for (const scope of killScopes) {
    const inScope = () => board.active().filter((one) => one.scope === scope).length;
    metrics.gauge('killswitch_active', { scope }, inScope);
  }
  const propagation = metrics.histogram('killswitch_propagation_seconds', {});
  return ({ data, time }) => {
    const engaged = board.get(String(data.kill_switch_id))?.engaged;
    if (engaged) propagation.record(Math.max(0, Date.parse(time) - Date.parse(engaged.time)) / 1000);
  };
}

/** Announcements with the time that their verdict took, durable. Repeats and what waited for a human are left out. */
export function measureAnnouncements(announce: Announce, metrics: Metrics): Announce {
  const latency = metrics.histogram('decision_latency_seconds', {});
  return async (announcement) => {
    const from = performance.now();
    const answer = await announce(announcement);
    if (isPromptVerdict(answer)) latency.record((performance.now() - from) / 1000);
    return answer;
  };
}

function isPromptVerdict(answer: Answer | Problem): boolean {
  if (isProblem(answer)) {
    // What every recorded refusal has, whatever its code.
    const { code, tool_call_id, replayed, reasons = [] } = answer as Problem<'denied' | 'undecided'>;
    if (tool_call_id === undefined || code === 'undecided' || replayed) return false;
    return !reasons.some(({ layer }) => layer === 'approval');
  }
  if (answer.body.replayed) return false;
  // Who was asked stands among the obligations, also when the human has answered.
  return answer.status === 202 || answer.body.obligations.approvers === undefined;
}
