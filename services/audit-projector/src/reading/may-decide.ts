import { includesLevel, type Principal } from '@countersign/access';
import type { AccessRequestOpened } from '@countersign/contracts';
import {
  ACCESS_REVIEW_TYPES,
  ACL_TYPES,
  createAccessReviews,
  createAccessRights,
  createAclBoard,
  createDirectory,
  createReviewers,
  DIRECTORY_TOPICS,
  DIRECTORY_TYPES,
} from '@countersign/directory';
import type { RecordedEvent } from '@countersign/event-store';
import type { Message, MessageBus, Publisher } from '@countersign/message-bus';
import { type Clock, type Following, followInto } from '@countersign/service';

/** Tells whether an event is a request for access that somebody may decide. */
export type MayDecide = (principal: Principal, event: RecordedEvent) => boolean | Promise<boolean>;

/** Who may decide requests for access, as approval-service judges it: who asks is told of those by the stream. */
export function createMayDecide({
  bus,
  clock,
  publisher,
}: {
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly publisher: Publisher;
}): { readonly following: readonly Following[]; readonly mayDecide: MayDecide } {
  const directory = createDirectory();
  const lists = createAclBoard();
  const reviews = createAccessReviews();
  const folds: readonly [(message: Message) => void, readonly string[]][] = [
    [directory.apply, DIRECTORY_TYPES],
    [lists.apply, ACL_TYPES],
    [reviews.apply, ACCESS_REVIEW_TYPES],
  ];
  const following = folds.map(([fold, types]) => followInto(bus, DIRECTORY_TOPICS, fold, { types }));
  const rights = createAccessRights(lists, directory);
  const reviewers = createReviewers({ lists, reviews, directory });
  const opened = new Set(publisher.storedTypes(['accessrequest.opened']));

  const judged = async ({ organization, kind, id }: Principal, event: RecordedEvent): Promise<boolean> => {
    // What was granted before the request is known before it is judged.
    for (const progress of following) await progress.reached(event.position);
    if (rights.isDisabled(organization, { kind, id })) return false;
    const { resource } = event.data as unknown as AccessRequestOpened;
    const nowMs = clock.nowMs();
    const level = rights.levelOn(organization, resource, { kind, id }, nowMs) ?? null;
    return includesLevel(level, 'admin') || reviewers.isApprover(organization, resource, { kind, id }, nowMs);
  };
  return {
    following,
    mayDecide: (principal, event) => opened.has(event.type) && judged(principal, event),
  };
}
