import type { AclResource } from '@countersign/access';
import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor, Review } from '../accessrequest/events.ts';

/** The only event of a review's stream. */
export type AccessReviewSet = DomainEvent<
  'access-review-set.v1',
  Review & { readonly resource: AclResource; readonly by: Actor }
>;
