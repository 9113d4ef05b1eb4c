import type { DomainEvent } from './event.ts';
import type { Rejection } from './rejection.ts';

/**
 * A decision as pure functions. Time, ids and randomness come in the command; nothing here reads a clock.
 *
 * - `evolve` is total: it never throws, ignores types it does not know, and never needs erasable plaintext.
 * - `decide` returns the new facts, or `[]` for "already so": deciding the same command again on the resulting state
 *   yields `[]`. A refusal that must leave a trace is an event, a refusal that must not is a `Rejection`.
 *
 * Source: Chassaing, "Functional Event Sourcing Decider"; Equinox' rule of idempotent decisions.
 */
export interface Decider<State, Command, Event extends DomainEvent, Code extends string = never> {
  readonly initial: State;
  evolve(state: State, event: Event): State;
  decide(command: Command, state: State): readonly Event[] | Rejection<Code>;
}

/** The state after `events`, starting from `state` or the initial one. */
export function fold<State, Event extends DomainEvent>(
  decider: Pick<Decider<State, never, Event, string>, 'initial' | 'evolve'>,
  events: Iterable<Event>,
  state: State = decider.initial,
): State {
  let current = state;
  for (const event of events) current = decider.evolve(current, event);
  return current;
}
