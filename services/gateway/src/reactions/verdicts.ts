import type { ApprovalVoided, QuotaDenied, ToolEvaluated } from '@countersign/contracts';
import type { Fall } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, type CommandMetadata, reactionMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { again, againAfter, DONE, outage, type ReactionOutcome } from '@countersign/processing';
import { type Clock, messageMetadata, timeOf } from '@countersign/service';
import type { Falls } from '../falls.ts';
import type { Block, ToolCallCommand, ToolCallRejection } from '../toolcall/decide.ts';
import type { Reason } from '../toolcall/events.ts';
import type { ToolCall } from '../toolcall/state.ts';
import { isOverdue, UNDECIDED } from '../toolcall/undecided.ts';
import type { CallRow } from '../views/call-row.ts';

/** What the other services said, turned into the call's one end or its permit. */
export const VERDICT_TYPES = [
  'agent.tool.evaluated',
  'agent.approval.denied',
  'agent.approval.expired',
  'agent.approval.voided',
  'agent.quota.denied',
  'agent.quota.reserved',
] as const;

/** Where evaluations, approvals and quotas are told. */
export const VERDICT_TOPICS = ['agent.evaluation', 'agent.approval', 'agent.quota'] as const;

interface VerdictDependencies {
  readonly toolCalls: CommandHandler<ToolCall, ToolCallCommand, ToolCallRejection>;
  readonly findCall: (id: string) => Promise<CallRow | undefined>;
  readonly falls: Pick<Falls, 'since'>;
  /** Resolves when all is known that was said of access. */
  readonly knowsAccess: () => Promise<void>;
  readonly leaseHolds: () => boolean;
  readonly killEpoch: () => number;
  readonly clock: Clock;
  readonly permitTtlMs: number;
}

const HANDLER = 'gateway.verdicts.v1';

/** Authorizes a call or ends it, by what the other services came to; what the gateway knows is checked once more. */
export function createVerdictReaction(
  deps: VerdictDependencies,
): (message: Message) => Promise<ReactionOutcome> {
  const { toolCalls, clock } = deps;

  const handle = async (
    message: Message,
    command: ToolCallCommand,
    time: string,
  ): Promise<ReactionOutcome> => {
    const metadata: CommandMetadata = reactionMetadata({ metadata: messageMetadata(message) }, HANDLER, time);
    const handled = await toolCalls.handle(streamName('toolcall', callOf(message)), command, metadata);
    return handled.kind === 'failed' ? againAfter(handled.error) : DONE;
  };

  const block = (message: Message, end: Omit<Block, 'kind' | 'open'>) =>
    handle(message, { kind: 'block', open: 'undecided', ...end }, timeOf(clock));

  const authorize = async (message: Message, call: CallRow | undefined): Promise<ReactionOutcome> => {
    if (!call?.policy_set) return again('the evaluation has not arrived yet');
    if (!deps.leaseHolds()) return outage('the kill switch lease has lapsed');
    // With `redeem` the permit is used up at once, so this is the last look at what was granted on a work intent.
    if (call.intent_id !== null) await deps.knowsAccess();
    // What the gateway knew when this came is in front of it; what has happened since is judged now, also if it is undone. An
    // answer of people is to how things were when they were asked.
    const fallen = await deps.falls.since(call, call.asked ?? message.position);
    if (fallen) return block(message, endOf(fallen));
    const now = clock.nowMs();
    return handle(
      message,
      {
        kind: 'authorize',
        toolDefinitionHash: call.tool_definition_hash ?? '',
        policySet: call.policy_set,
        obligations: call.obligations,
        expiresAt: new Date(now + deps.permitTtlMs).toISOString(),
        killEpoch: String(deps.killEpoch()),
        time: new Date(now).toISOString(),
      },
      new Date(now).toISOString(),
    );
  };

  return async (message) => {
    // Not the last word: what the meter says of an allowed call is.
    if (isAllowed(message)) return DONE;
    const call = await deps.findCall(callOf(message));
    // The timer may not have looked at it yet, after a stall or a restart.
    if (call && isOverdue(call, clock.nowMs())) return block(message, UNDECIDED);
    switch (message.type) {
      case 'agent.tool.evaluated': {
        const evaluated = message.data as unknown as ToolEvaluated;
        return evaluated.verdict === 'deny' ? block(message, endOfDenial(evaluated)) : DONE;
      }
      case 'agent.approval.denied':
        return block(message, approvalEnd(call, 'approval_denied', 'a human denied the call'));
      case 'agent.approval.expired':
        return block(message, approvalEnd(call, 'approval_expired', 'nobody answered in time'));
      case 'agent.approval.voided': {
        const { cause } = message.data as unknown as ApprovalVoided;
        return block(message, approvalEnd(call, cause, 'the question no longer stands'));
      }
      case 'agent.quota.denied':
        return block(message, quotaEnd(message.data as unknown as QuotaDenied, call));
      default:
        return authorize(message, call);
    }
  };
}

function isAllowed({ type, data }: Message): boolean {
  return type === 'agent.tool.evaluated' && (data as unknown as ToolEvaluated).verdict === 'allow';
}

function callOf(message: Message): string {
  return message.correlation ?? '';
}

/** A fallen call's end. */
export function endOf(fallen: Fall): Omit<Block, 'kind' | 'open'> {
  const { reason, layer, message, killSwitchId } = fallen;
  return { reason, layer, killSwitchId, reasons: [{ layer, code: reason, message }] };
}

/** Causes that callers get a code of their own for, the strongest first; any other denial is `denied`. */
const NAMED_CAUSES = [
  'killed',
  'agent_disabled',
  'unknown_tool',
  'user_not_delegated',
  'arguments_invalid',
  'approval_void',
];

function endOfDenial(evaluated: ToolEvaluated): Omit<Block, 'kind' | 'open'> {
  const reasons = evaluated.reasons as readonly Reason[];
  const cause = NAMED_CAUSES.map((code) => reasons.find((reason) => reason.code === code)).find(Boolean);
  const decisive = cause ?? reasons[0];
  return {
    reason: cause?.code ?? 'denied',
    layer: decisive?.layer ?? 'policy',
    reasons,
    killSwitchId: evaluated.facts.checks.kill_switches[0] ?? null,
  };
}

/** What people said, or did not say, and then why they were asked: that is the judgement's to tell. */
function approvalEnd(
  call: CallRow | undefined,
  reason: string,
  message: string,
): Omit<Block, 'kind' | 'open'> {
  return {
    reason,
    layer: 'approval',
    reasons: [{ layer: 'approval', code: reason, message }, ...(call?.reasons ?? [])],
    killSwitchId: null,
  };
}

function quotaMessage(which: QuotaDenied['which']): string {
  if (which.kind === 'entitlement') return `the plan does not include ${which.key}`;
  const what = which.kind === 'throttle' ? `throttle ${which.name}` : `meter ${which.key}`;
  return `${what} has too little left for this call`;
}

function quotaEnd({ which }: QuotaDenied, call: CallRow | undefined): Omit<Block, 'kind' | 'open'> {
  const code = which.kind === 'throttle' ? 'throttled' : 'over_quota';
  const approved = call?.approval?.state === 'granted';
  const reasons: Reason[] = [{ layer: 'quota', code, message: quotaMessage(which) }];
  if (approved) {
    reasons.unshift({
      layer: 'quota',
      code: 'approved_but_over_quota',
      message: 'a human had approved the call',
    });
  }
  return { reason: approved ? 'approved_but_over_quota' : code, layer: 'quota', reasons, killSwitchId: null };
}
