import type { Principal } from '@countersign/access';
import { type Problem, type ProblemCode, problem } from '@countersign/contracts';
import type { EventStore, Handled } from '@countersign/event-store';
import type { WhenDurable } from '@countersign/http';
import { storeProblem } from './store-problem.ts';

/** Who did something, as events name them. */
export function actorOf({ kind, id }: Pick<Principal, 'kind' | 'id'>) {
  return { kind, id };
}

/** For the server: when everything that is accepted now is durable. Views and memory hold nothing else. */
export function whenKnownIsDurable(
  store: Pick<EventStore, 'acceptedPosition' | 'durablePosition' | 'whenDurable'>,
): WhenDurable {
  return () =>
    store.durablePosition >= store.acceptedPosition ? null : store.whenDurable(store.acceptedPosition);
}

/**
 * The answer to a handled command: made once everything that it rests on is durable, refusals included. `toAnswer` sees
 * the state after the command.
 */
export async function answered<State, Code extends ProblemCode, const Answer>(
  handled: Handled<State, Code>,
  toAnswer: (handled: Extract<Handled<State, Code>, { kind: 'handled' }>) => Answer | Promise<Answer>,
): Promise<Answer | Problem> {
  if (handled.kind === 'failed') return storeProblem(handled.error);
  const lost = await handled.durable();
  if (lost) return storeProblem(lost);
  if (handled.kind === 'rejected')
    return problem(handled.rejection.rejected, handled.rejection.detail) as Problem;
  return toAnswer(handled);
}
