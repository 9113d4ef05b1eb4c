import { deepStrictEqual, fail, strictEqual } from 'node:assert/strict';
import { type Decider, fold } from '../decider.ts';
import type { DomainEvent } from '../event.ts';
import { isRejection } from '../rejection.ts';

/** What must come of the command; each throws where it does not. */
export interface Then<Event> {
  /** Exactly these events. */
  then(...expected: readonly Event[]): void;
  /** These types, in order; for decisions whose data another test shows. */
  thenTypes(...types: readonly string[]): void;
  thenNothing(): void;
  thenRejected(code: string): void;
}

/**
 * Given/when/then for a decider: `spec(decider).given(...history).when(command).then(...events)`.
 * Every accepted decision is also decided a second time on the state that it leads to and must then yield no event.
 */
export function spec<State, Command, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
) {
  return {
    given: (...history: readonly Event[]) => ({
      when: (command: Command): Then<Event> => {
        const before = fold(decider, history);
        const decided = decider.decide(command, before);
        const events = (): readonly Event[] => {
          if (isRejection(decided)) return fail(`rejected: ${decided.rejected} (${decided.detail})`);
          const again = decider.decide(command, fold(decider, decided, before));
          // Saying no the second time (a permit is used once) changes nothing either.
          if (!isRejection(again)) deepStrictEqual(again, [], 'deciding again must yield nothing');
          return decided;
        };
        return {
          then: (...expected) => deepStrictEqual(events(), expected),
          thenTypes: (...types) =>
            deepStrictEqual(
              events().map((event) => event.type),
              types,
            ),
          thenNothing: () => deepStrictEqual(events(), []),
          thenRejected: (code) => {
            if (!isRejection(decided))
              return fail(`not rejected, decided ${decided.map((e) => e.type).join(', ')}`);
            strictEqual(decided.rejected, code);
          },
        };
      },
    }),
  };
}
