import { type Problem, problem } from '@countersign/contracts';
import { describeStoreError, type StoreError } from '@countersign/event-store';

/** What a caller is told when the ledger did not take a command. Nothing is acknowledged that is not durable. */
export function storeProblem(error: StoreError): Problem {
  switch (error.code) {
    case 'VersionConflict':
      return problem('version_conflict', 'it was changed at the same time; read it again and repeat');
    case 'EventTooLarge':
      return problem('too_large', describeStoreError(error));
    case 'StoreUnavailable':
      return error.reason === 'overloaded'
        ? problem('overloaded', 'the ledger is behind; repeat later')
        : problem('unavailable', 'the ledger takes no events now');
    default:
      return problem('unavailable', 'it is not known whether this was recorded; repeat the same request');
  }
}
