import { type Problem, type ProblemCode, problem } from '@countersign/contracts';
import type { Handled, Position } from '@countersign/event-store';
import { answered, type Following } from '@countersign/service';
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

/**
 * The answer to a command that is to hold from the next request, whichever gateway that comes to: made once all of them know
 * of it, and a problem where that is not certain.
 */
export function answeredEverywhere<State, Code extends ProblemCode, const Answer>(
  handled: Handled<State, Code>,
  reached: ReachedEverywhere,
  toAnswer: (handled: Extract<Handled<State, Code>, { kind: 'handled' }>) => Answer | Promise<Answer>,
): Promise<Answer | Problem> {
  return answered(handled, async (done) => (await reached(done.position)) ?? toAnswer(done));
}
