import { isRejection } from '@countersign/event-sourcing';
import { spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ownership, type OwnershipEvent, ownership, type Yield } from './decide.ts';

const yielded = (user_id: string): OwnershipEvent => ({ type: 'ownership-yielded.v1', data: { user_id } });
const settled = (user_id: string): OwnershipEvent => ({ type: 'ownership-settled.v1', data: { user_id } });
const yieldOf = (user: string, others: string[], known = 0): Yield => ({
  kind: 'yield',
  user,
  others,
  known,
});

describe('taking the installation from an owner', () => {
  it('begins where another one is left, and ends once', () => {
    spec(ownership)
      .given()
      .when(yieldOf('ann', ['bob']))
      .then(yielded('ann'));
    spec(ownership).given(yielded('ann')).when({ kind: 'settle', user: 'ann' }).then(settled('ann'));
    spec(ownership).given().when({ kind: 'settle', user: 'ann' }).thenNothing();
  });

  it('does not begin where nobody is left, or only who is about to own it no more', () => {
    spec(ownership).given().when(yieldOf('ann', [])).thenRejected('last_owner');
    spec(ownership)
      .given(yielded('bob'))
      .when(yieldOf('ann', ['bob'], 1))
      .thenRejected('busy');
    spec(ownership)
      .given(yielded('bob'))
      .when(yieldOf('ann', ['bob', 'cat'], 1))
      .then(yielded('ann'));
  });

  it('does not begin on what was known before another change', () => {
    spec(ownership)
      .given(yielded('bob'), settled('bob'))
      .when(yieldOf('ann', ['bob']))
      .thenRejected('moved');
  });
});

it('leaves an owner, in whatever order the steps of changes follow each other, crashes included', () => {
  const OWNERS = ['ann', 'bob', 'cat'];
  const step = fc.record({ by: fc.nat(3), crashes: fc.constantFrom(false, false, false, true) });
  const changes = fc.array(fc.constantFrom(...OWNERS), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(changes, fc.array(step, { maxLength: 40 }), (targets, steps) => {
      const owners = new Set(OWNERS);
      let state: Ownership = ownership.initial;
      const run = (command: Parameters<typeof ownership.decide>[0]) => {
        const decided = ownership.decide(command, state);
        if (isRejection(decided)) return false;
        for (const event of decided) state = ownership.evolve(state, event);
        return true;
      };
      function* change(user: string) {
        const known = state.version;
        yield;
        const others = [...owners].filter((one) => one !== user);
        yield;
        if (!run({ kind: 'yield', user, others, known })) return;
        yield;
        owners.delete(user);
        yield;
        run({ kind: 'settle', user });
      }
      const running = targets.map(change);
      for (const { by, crashes } of steps) {
        if (crashes) running[by]?.return();
        else running[by]?.next();
        expect(owners.size).toBeGreaterThan(0);
      }
    }),
    { numRuns: 500 },
  );
});
