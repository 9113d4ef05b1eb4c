import fc from 'fast-check';
import { type Decider, fold } from '../decider.ts';
import type { DomainEvent } from '../event.ts';
import { isRejection } from '../rejection.ts';

/**
 * The property that every decider must have (Equinox): whatever sequence of commands came before, an accepted command
 * decided again on the state it led to yields no event, so a redelivery can't change anything.
 */
export function alwaysIdempotent<State, Command, Event extends DomainEvent, Code extends string>(
  decider: Decider<State, Command, Event, Code>,
  commands: fc.Arbitrary<Command>,
  runs = 500,
): void {
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 12 }), (program) => {
      let state = decider.initial;
      for (const command of program) {
        const decided = decider.decide(command, state);
        if (isRejection(decided)) continue;
        state = fold(decider, decided, state);
        const again = decider.decide(command, state);
        if (isRejection(again)) continue;
        if (again.length > 0)
          throw new Error(`second decision made ${again.map((event) => event.type).join(', ')}`);
      }
    }),
    { numRuns: runs },
  );
}
