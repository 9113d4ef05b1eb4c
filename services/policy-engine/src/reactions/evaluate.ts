import type { ApprovalGranted, ToolRequested } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, reactionMetadata } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import type { Facts, PolicySet } from '@countersign/policy';
import { again, againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import type { Discloser } from '@countersign/sealing';
import { isOpenError, type Sealer } from '@countersign/sealing';
import { againAfterOpening, messageMetadata, personalOfCall, sealedEvent } from '@countersign/service';
import type { Evaluation, Record } from '../evaluation/decide.ts';
import { type GatherDependencies, gather } from '../evaluation/gather.ts';
import { judge } from '../evaluation/judge.ts';

/** Where calls and grants are told. */
export const EVALUATE_TOPICS = ['agent.tool', 'agent.approval'] as const;
/** One for each phase. */
export const EVALUATE_TYPES = ['agent.tool.requested', 'agent.approval.granted'] as const;

interface EvaluateDependencies extends GatherDependencies {
  readonly evaluations: CommandHandler<Evaluation, Record, never>;
  readonly bus: Pick<MessageBus, 'reread'>;
  readonly sealer: Sealer;
  readonly disclose: Discloser;
  /** The policies in force for an organization, compiled. */
  readonly policies: (organization: string) => Promise<PolicySet>;
}

const HANDLER = 'policy-engine.evaluate.v1';

/** Place of the request in the call's stream: right after the decision that it follows. */
const REQUEST_SEQUENCE = 2;

/** Judges a call when it is announced, and once more when a human has granted it. */
export function createEvaluateReaction(
  deps: EvaluateDependencies,
): (message: Message) => Promise<ReactionOutcome> {
  /** Writes down one phase; `approvers` are those who granted the call, `null` at request. */
  const record = async (
    cause: Message,
    request: Message,
    approvers: readonly string[] | null,
  ): Promise<ReactionOutcome> => {
    const opened = await deps.sealer.open(sealedEvent(request));
    if (isOpenError(opened)) return againAfterOpening(opened);
    const requested = request.data as unknown as ToolRequested;
    // Erased meanwhile: there is nothing left to judge by, and the check of the arguments fails.
    const { arguments: opening = null, reason = '' } = opened.erased ? {} : opened.fields;
    const args = opening as Facts['args'] | null;
    const { organization, time } = cause;
    const { facts, definitions } = await gather(deps, organization, requested, args, approvers, time);
    const { tool_call_id, user_id, arguments_digest, requested_by: requestedBy } = requested;
    const subject = { facts, args: args ?? {}, reason: String(reason), definitions, requestedBy };
    const judged = judge(subject, await deps.policies(organization));
    const tool_definition_hash = definitions.judged;
    const phase = approvers === null ? 'request' : 'release';
    const handled = await deps.evaluations.handle(
      streamName('evaluation', tool_call_id),
      {
        kind: 'record',
        evaluated: { tool_call_id, phase, ...judged, facts, arguments_digest, tool_definition_hash },
        personal: personalOfCall(user_id, deps.disclose('personal_facts', { call: { reason } })),
      },
      reactionMetadata({ metadata: messageMetadata(cause) }, HANDLER, cause.time),
    );
    return handled.kind === 'failed' ? againAfter(handled.error) : DONE;
  };

  return async (message) => {
    if (message.type === 'agent.tool.requested') return record(message, message, null);
    const { tool_call_id, approvers } = message.data as unknown as ApprovalGranted;
    const request = await deps.bus.reread(streamName('toolcall', tool_call_id), REQUEST_SEQUENCE);
    if (!request) return again('the request is not readable yet');
    return record(message, request, approvers);
  };
}
