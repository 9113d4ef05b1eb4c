import { type AclResource, type Party, principalKey } from '@countersign/access';
import { callIdFromKey } from '@countersign/event-sourcing';

/**
 * The id of somebody's n-th request for one thing. Made of what is asked, so that `no-stream` makes a second request
 * impossible while the first waits, whoever takes it.
 */
export function accessRequestId(
  organization: string,
  principal: Party,
  resource: AclResource,
  ordinal: number,
): string {
  const what = `access-request:${resource.kind}:${resource.id}:${ordinal}`;
  return callIdFromKey(organization, principalKey(principal), what);
}
