import type { AccessRequestApproved } from '@countersign/contracts';
import { type CommandHandler, reactionMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import { isOpenError, type Sealer } from '@countersign/sealing';
import { againAfterOpening, messageMetadata, personal, sealedEvent } from '@countersign/service';
import type { AccessCommand } from '../access/commands.ts';
import type { AccessRejection } from '../access/decide.ts';
import { accessStream } from '../access/routes.ts';
import type { Access } from '../access/state.ts';

/** Where approved requests for access are told. */
export const AWARD_TOPICS = ['agent.control'] as const;
/** Each becomes an entry. */
export const AWARD_TYPES = ['accessrequest.approved'] as const;

const HANDLER = 'policy-engine.award-access.v1';

/** Puts what an approved request for access grants into the access list; the entry's id makes it once. */
export function createAwardReaction(deps: {
  readonly lists: CommandHandler<Access, AccessCommand, AccessRejection>;
  readonly sealer: Pick<Sealer, 'open'>;
  readonly refused: (message: Message, why: string) => void;
}): (message: Message) => Promise<ReactionOutcome> {
  return async (message) => {
    const {
      resource,
      principal,
      permission,
      entry_id,
      parent = null,
      expires_at,
      by,
    } = message.data as unknown as AccessRequestApproved;
    const opened = await deps.sealer.open(sealedEvent(message));
    if (isOpenError(opened)) return againAfterOpening(opened);
    const disclosures = opened.erased ? [] : opened.disclosures;
    const handled = await deps.lists.handle(
      accessStream(message.organization, resource),
      {
        kind: 'award',
        by,
        entry: {
          id: entry_id,
          principal,
          level: permission,
          delegable: null,
          parent,
          grantedBy: by.kind === 'system' ? { kind: 'service', id: by.id } : { kind: by.kind, id: by.id },
          grantedAt: message.time,
          expiresAt: expires_at,
        },
        personal: personal(by.id, ...disclosures),
      },
      reactionMetadata({ metadata: messageMetadata(message) }, HANDLER, message.time),
    );
    if (handled.kind === 'failed') return againAfter(handled.error);
    if (handled.kind === 'rejected') deps.refused(message, handled.rejection.detail);
    return DONE;
  };
}
