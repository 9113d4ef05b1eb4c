import { again, outage, type ReactionOutcome } from '@countersign/processing';
import type { OpenError } from '@countersign/sealing';

/** Sealed fields that a reaction could not open: a vault that does not answer is waited for, what is corrupt is parked. */
export function againAfterOpening(error: OpenError): ReactionOutcome {
  return error.code === 'vault_unavailable' ? outage(error.detail) : again(error.code);
}
