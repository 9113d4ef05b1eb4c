import type { QuotaCharged, ToolEvaluated, ToolRequested } from '@countersign/contracts';
import type { Fall, Standing } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, reactionMetadata } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import { again, againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import { isOpenError, type Sealer } from '@countersign/sealing';
import { againAfterOpening, messageMetadata, personalOfCall, sealedEvent } from '@countersign/service';
import type { ApprovalCommand, ApprovalRejection } from '../approval/decide.ts';
import type { ApprovalRequested, Reason } from '../approval/events.ts';
import { endOf } from '../approval/fallen.ts';
import { risksOf } from '../approval/risks.ts';
import type { Approval } from '../approval/state.ts';

/** Where evaluations are told. */
export const ASK_TOPICS = ['agent.evaluation', 'agent.quota'] as const;
/** Those that require an approval are asked about. */
export const ASK_TYPES = ['agent.tool.evaluated', 'agent.quota.charged'] as const;

interface AskDependencies {
  readonly approvals: CommandHandler<Approval, ApprovalCommand, ApprovalRejection>;
  readonly bus: Pick<MessageBus, 'reread'>;
  readonly sealer: Sealer;
  /** Whether the organization's plan counts questions: then one is put when the meter has let it. */
  readonly isCounted: (organization: string) => boolean;
  readonly standing: (call: Standing) => Fall | null;
  /** Resolves when `standing` knows of everything up to a position. */
  readonly reached: (position: number) => Promise<unknown> | undefined;
}

const HANDLER = 'approval-service.ask.v1';

/** Places in the call's stream: first what the agent thought, then what it asked for. */
const DECISION = 1;
const REQUEST = 2;
/** What follows before a question is put can only be the call's end: it ran out of time while it was judged. */
const END = 3;

/** Place of the judgement at request in the evaluation's stream. */
const JUDGEMENT = 1;

/** What an answer has without a rule saying so: one person, a minute. */
const DEFAULT_QUORUM = 1;
const DEFAULT_TTL_MS = 60_000;

/**
 * Asks a human where the evaluation says so; once per call, bound to the arguments that were judged. Where the plan counts
 * questions, at what the meter says of this one: beyond the limit nobody is asked. A plan that changes between the two may
 * leave a call without either: its time to be decided runs out.
 */
export function createAskReaction(deps: AskDependencies): (message: Message) => Promise<ReactionOutcome> {
  const { approvals, bus, sealer } = deps;

  /** The very disclosures of the announcement: what a human sees has the digest that was judged. */
  const shown = async (callId: string) => {
    const stream = streamName('toolcall', callId);
    const decision = await bus.reread(stream, DECISION);
    const request = await bus.reread(stream, REQUEST);
    if (!decision || !request) return null;
    const thought = await sealer.open(sealedEvent(decision));
    const asked = await sealer.open(sealedEvent(request));
    if (isOpenError(thought)) return againAfterOpening(thought);
    if (isOpenError(asked)) return againAfterOpening(asked);
    const disclosures = [asked, thought].flatMap((opened) => (opened.erased ? [] : opened.disclosures));
    return { request: request.data as unknown as ToolRequested, disclosures, erased: asked.erased };
  };

  /** The judgement that a question is to be put for now; `null` for none. */
  const judgement = async (message: Message): Promise<ToolEvaluated | ReactionOutcome | null> => {
    if (message.type === 'agent.tool.evaluated') {
      const evaluated = message.data as unknown as ToolEvaluated;
      if (!asks(evaluated)) return null;
      // By the plan as it was when the call was judged: the meter goes by no older one.
      await deps.reached(message.position);
      return deps.isCounted(message.organization) ? null : evaluated;
    }
    const { lines } = message.data as unknown as QuotaCharged;
    if (message.correlation === undefined || !lines.some(({ key }) => key === 'approvals_requested'))
      return null;
    const evaluated = await bus.reread(streamName('evaluation', message.correlation), JUDGEMENT);
    return evaluated
      ? (evaluated.data as unknown as ToolEvaluated)
      : again('the evaluation is not readable yet');
  };

  return async (message) => {
    const evaluated = await judgement(message);
    if (evaluated === null) return DONE;
    if ('kind' in evaluated) return evaluated;
    if (!asks(evaluated)) return DONE;
    const seen = await shown(evaluated.tool_call_id);
    if (!seen) return again('the announcement is not readable yet');
    if ('kind' in seen) return seen;
    const stream = streamName('approval', evaluated.tool_call_id);
    const metadata = (step: string) =>
      reactionMetadata({ metadata: messageMetadata(message) }, `${HANDLER}/${step}`, message.time);
    const asked = await approvals.handle(
      stream,
      {
        kind: 'request',
        question: questionOf(evaluated, seen.request, message.time),
        personal: personalOfCall(seen.request.user_id, ...seen.disclosures),
      },
      metadata('request'),
    );
    if (asked.kind === 'failed') return againAfter(asked.error);
    if (asked.kind === 'rejected') return DONE;
    // What came before the question must be known here; what comes after it finds it waiting, and withdraws it.
    await deps.reached(asked.position);
    // Nothing can be shown to a human any more, or the call has fallen or ended while it was judged: so does the question.
    const fallen = deps.standing({ ...seen.request, organization: message.organization });
    const end = await bus.reread(streamName('toolcall', evaluated.tool_call_id), END);
    const cause = seen.erased ? 'erased' : (fallen?.reason ?? endOf(end));
    if (cause === undefined) return DONE;
    const ended = await approvals.handle(stream, { kind: 'void', cause }, metadata('void'));
    return ended.kind === 'failed' ? againAfter(ended.error) : DONE;
  };
}

function asks({ phase, verdict }: ToolEvaluated): boolean {
  return phase === 'request' && verdict === 'require_approval';
}

function questionOf(
  evaluated: ToolEvaluated,
  request: ToolRequested,
  time: string,
): ApprovalRequested['data'] {
  const { approvers = [], quorum = DEFAULT_QUORUM, ttl_ms = DEFAULT_TTL_MS } = evaluated.obligations;
  return {
    tool_call_id: evaluated.tool_call_id,
    tool: request.tool_name,
    arguments_digest: evaluated.arguments_digest,
    tool_definition_hash: evaluated.tool_definition_hash ?? '',
    intent_id: request.intent_id,
    agent_id: request.agent_id,
    user_id: request.user_id,
    agent_owner: evaluated.facts.agent?.owner ?? request.user_id,
    requested_by: request.requested_by,
    policy_set: evaluated.policy_set,
    reasons: evaluated.reasons as readonly Reason[],
    risks: risksOf(evaluated.facts),
    approvers,
    quorum: { needed: quorum, given: 0 },
    timeout_ms: ttl_ms,
    expires_at: new Date(Date.parse(time) + ttl_ms).toISOString(),
    user_response: null,
    response_time_ms: null,
  };
}
