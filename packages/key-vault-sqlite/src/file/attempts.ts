import { VAULT_CLOSED, type VaultUnavailable } from '@countersign/sealing';
import { isFinal, sqliteFailure } from './sqlite-failure.ts';

/** Runs operations on an open file. Failures are values; after a final one, or the end, nothing runs any more. */
export interface Attempts {
  run<Result>(operation: () => Result): Result | VaultUnavailable;
  /** Later operations answer `closed`. */
  end(): void;
}

/** Attempts on an open file. */
export function createAttempts(file: string): Attempts {
  let ended: VaultUnavailable | null = null;
  return {
    run(operation) {
      if (ended) return ended;
      try {
        return operation();
      } catch (cause) {
        const failure = sqliteFailure(file, cause);
        if (isFinal(failure)) ended = failure;
        return failure;
      }
    },
    end() {
      ended = VAULT_CLOSED;
    },
  };
}
