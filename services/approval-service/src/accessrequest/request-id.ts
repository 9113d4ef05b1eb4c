import { type Party, principalKey } from '@countersign/access';
import { callIdFromKey } from '@countersign/event-sourcing';

/**
 * The id of somebody's n-th request. Made of the number, so that `no-stream` puts all that they ask, whoever takes it, into
 * one order: who opens the n-th knows all before it, and with them how many there were when and what still waits.
 */
export function accessRequestId(organization: string, principal: Party, ordinal: number): string {
  return callIdFromKey(organization, principalKey(principal), `access-request:${ordinal}`);
}
