import type { AclResource } from '@countersign/access';
import type { AccessReviewSet } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import type { Review } from '../accessrequest/events.ts';

/** What holds where nothing is set: whoever administers it is asked, for a day. */
export const DEFAULT_REVIEW: Review = { on_request: 'defer', approvers: [], timeout_hours: 24 };

/** Who answers requests for access, folded from control events. */
export interface AccessReviews {
  /** What is set for a resource itself. */
  get(organization: string, resource: AclResource): Review | undefined;
  apply(message: Message): void;
}

/** Folds reviews from control events. */
export function createAccessReviews(): AccessReviews {
  const reviews = new Map<string, { readonly review: Review; readonly sequence: number }>();
  const keyOf = (organization: string, { kind, id }: AclResource) => `${organization}:${kind}:${id}`;
  return {
    get: (organization, resource) => reviews.get(keyOf(organization, resource))?.review,
    apply({ type, organization, sequence, data }) {
      if (type !== 'accessreview.set') return;
      const { resource, on_request, approvers, timeout_hours } = data as unknown as AccessReviewSet;
      const key = keyOf(organization, resource);
      if ((reviews.get(key)?.sequence ?? 0) >= sequence) return;
      reviews.set(key, { review: { on_request, approvers, timeout_hours }, sequence });
    },
  };
}
