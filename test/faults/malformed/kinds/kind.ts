import type fc from 'fast-check';
import type { Operation } from '../operations.ts';
import type { RawRequest } from '../raw-request.ts';

/** Keys that are good: what is wrong with a request is never that its caller is nobody, unless it says so. */
export interface GoodKeys {
  readonly owner: string;
  readonly agent: string;
}

/** One way of getting a request wrong. `null` where an operation has nothing that could be wrong in this way. */
export type Kind = (operation: Operation, good: RawRequest) => fc.Arbitrary<RawRequest> | null;
