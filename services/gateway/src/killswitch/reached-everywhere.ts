import { type Problem, problem } from '@countersign/contracts';
import type { Position } from '@countersign/event-store';
import type { Following } from '@countersign/service';
import { LEASE_MS, type LeaseRegistry } from './lease.ts';

/** Waits until a control event holds wherever calls are admitted, or says that this is not known. */
export type ReachedEverywhere = (position: Position) => Promise<Problem | null>;

/** A lease that is not renewed has lapsed by then, and who looks at it knows. */
const WITHIN_MS = 2 * LEASE_MS;

const UNKNOWN = problem(
  'unavailable',
  'it is recorded; whether every gateway knows of it by now is not certain',
);

/**
 * What is promised to hold from the next request is answered when each gateway that works has folded it: the next request
 * may come to any of them. Alone, this gateway has folded it by the time it knows the position.
 */
export function createReachedEverywhere(
  control: Pick<Following, 'reached'>,
  leases: Pick<LeaseRegistry, 'whenAcknowledged'>,
): ReachedEverywhere {
  return async (position) => {
    await control.reached(position);
    return (await leases.whenAcknowledged('control', position, WITHIN_MS)) ? null : UNKNOWN;
  };
}
