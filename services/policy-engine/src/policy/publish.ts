import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a policy to public ones, one to one. */
export const policyPublications: readonly Publication[] = [
  publishAs(publicEvents['policy.published'], 'policy-published.v1'),
  publishAs(publicEvents['policy.activated'], 'policy-activated.v1'),
  publishAs(publicEvents['policy.deactivated'], 'policy-deactivated.v1'),
];
