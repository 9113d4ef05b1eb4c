import { type Party, type ReviewAnswer, reviewOutcome } from '@countersign/access';
import type { AccessRequestOpened } from '@countersign/contracts';
import { type JsonObject, reactionId, streamName } from '@countersign/event-sourcing';
import { type CommandHandler, reactionMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import { isOpenError, type Sealer } from '@countersign/sealing';
import { againAfterOpening, type Clock, messageMetadata, sealedEvent, timeOf } from '@countersign/service';
import type { Asked } from '../accesshandler/asking.ts';
import type { AccessHandlers, HandlerEntry } from '../accesshandler/handlers.ts';
import type { AccessRequestCommand, AccessRequestRejection } from '../accessrequest/decide.ts';
import type { DenyRule } from '../accessrequest/deny-rule.ts';
import type { AccessRequest } from '../accessrequest/state.ts';

/** Where requests for access are told. */
export const ASK_HANDLERS_TOPICS = ['agent.control'] as const;
/** What handlers are asked about. */
export const ASK_HANDLERS_TYPES = ['accessrequest.opened'] as const;

interface AskHandlersDependencies {
  readonly requests: CommandHandler<AccessRequest, AccessRequestCommand, AccessRequestRejection>;
  readonly handlers: AccessHandlers;
  readonly ask: (organization: string, handler: HandlerEntry, question: JsonObject) => Promise<Asked>;
  readonly counted: (asked: Asked) => void;
  readonly denyRule: DenyRule;
  /** Resolves when agents and kill switches are known up to what the ledger holds now. */
  readonly caughtUp: () => Promise<unknown>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

const HANDLER = 'approval-service.ask-handlers.v1';

/** Asks the handlers that were registered when the request was opened; one that is gone since has deferred. */
export function createAskHandlersReaction(
  deps: AskHandlersDependencies,
): (message: Message) => Promise<ReactionOutcome> {
  return async (message) => {
    const opened = message.data as unknown as AccessRequestOpened;
    if (opened.handlers.length === 0) return DONE;
    const stream = streamName('accessrequest', opened.request_id);
    // Decided in the meantime, or in the same append: nobody is asked for nothing.
    const { state } = await deps.requests.load(stream, 'caughtUp');
    if (state.status !== 'pending') return DONE;
    const texts = await deps.sealer.open(sealedEvent(message));
    if (isOpenError(texts)) return againAfterOpening(texts);
    const question: JsonObject = {
      ...{ type: 'access_requested', organization: message.organization, request: message.data },
      ...{ reason: texts.fields.reason ?? null, capabilities: texts.fields.capabilities ?? [] },
      asked_at: message.time,
    };
    const asked = await Promise.all(
      opened.handlers.map(async (id): Promise<readonly [string, ReviewAnswer]> => {
        const handler = deps.handlers.get(message.organization, id);
        if (!handler) return [id, 'defer'];
        const one = await deps.ask(message.organization, handler, question);
        deps.counted(one);
        return [id, one.answer];
      }),
    );
    // Who was disabled or stopped while handlers thought about it is given nothing.
    await deps.caughtUp();
    const cause = deps.denyRule(message.organization, opened.principal as Party, message.position);
    const outcome = reviewOutcome({
      denyRule: cause,
      handlers: asked.map(([, answer]) => answer),
      onRequest: opened.review.on_request,
      approvalRequired: opened.approval_required,
    });
    const time = timeOf(deps.clock);
    const settled = await deps.requests.handle(
      stream,
      {
        kind: 'settle',
        automatic: {
          outcome,
          entryId: reactionId(message.id, `${HANDLER}/entry`, 0),
          cause,
          handlers: asked.flatMap(([id, answer]) =>
            outcome.by === 'handler' && answer === outcome.answer ? [id] : [],
          ),
        },
        time,
      },
      reactionMetadata({ metadata: messageMetadata(message) }, HANDLER, time),
    );
    return settled.kind === 'failed' ? againAfter(settled.error) : DONE;
  };
}
