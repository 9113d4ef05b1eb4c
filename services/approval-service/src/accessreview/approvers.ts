import type { AclPrincipal } from '@countersign/access';
import type { SetReview } from './reviews.ts';

/** Position of the last removal of somebody; undefined for who never was. */
export type RemovedAt = (principal: AclPrincipal) => number | undefined;

/** Whom an approver of a review may be: a name alone is a user, a group or a role. */
function namedBy(approver: string): readonly AclPrincipal[] {
  const [kind, id] = approver.includes(':') ? approver.split(':') : [null, approver];
  const kinds = (['user', 'group'] as const).filter((one) => kind === null || kind === one);
  return kinds.map((one) => ({ kind: one, id: id ?? '' }));
}

/** Whether whom a review named by an id was removed since: who has it now is somebody else, whom nobody chose. */
export function isGone({ position }: SetReview, principal: AclPrincipal, removedAt: RemovedAt): boolean {
  return (removedAt(principal) ?? 0) > position;
}

/** The approvers of a review that still name whom they named when it was set, whichever of the two they were. */
export function approversLeft(set: SetReview, removedAt: RemovedAt): readonly string[] {
  return set.review.approvers.filter(
    (approver) => !namedBy(approver).some((principal) => isGone(set, principal, removedAt)),
  );
}
