import { isRejection } from '@countersign/event-sourcing';
import { spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ownership, type OwnershipEvent, ownership, type Yield } from './decide.ts';

const yielded = (user_id: string, user_version = 1, over: string[] = []): OwnershipEvent => ({
  type: 'ownership-yielded.v2',
  data: { user_id, user_version, over },
});
const yieldOf = (user: string, others: string[], more: Partial<Yield> = {}): Yield => ({
  user,
  userVersion: 1,
  others,
  over: [],
  known: 0,
  ...more,
});

describe('taking the installation from an owner', () => {
  it('begins where another one is left, once for each version of theirs', () => {
    spec(ownership)
      .given()
      .when(yieldOf('ann', ['bob']))
      .then(yielded('ann'));
    spec(ownership)
      .given(yielded('ann'))
      .when(yieldOf('ann', ['bob'], { known: 1 }))
      .thenNothing();
    spec(ownership)
      .given(yielded('ann'))
      .when(yieldOf('ann', ['bob'], { known: 1, userVersion: 2, over: ['ann'] }))
      .then(yielded('ann', 2, ['ann']));
  });

  it('does not begin where nobody is left, or only who may be about to own it no more', () => {
    spec(ownership).given().when(yieldOf('ann', [])).thenRejected('last_owner');
    spec(ownership)
      .given(yielded('bob'))
      .when(yieldOf('ann', ['bob'], { known: 1 }))
      .thenRejected('busy');
    spec(ownership)
      .given(yielded('bob'))
      .when(yieldOf('ann', ['bob', 'cat'], { known: 1 }))
      .then(yielded('ann'));
    spec(ownership)
      .given(yielded('bob'))
      .when(yieldOf('ann', ['bob'], { known: 1, over: ['bob'] }))
      .then(yielded('ann', 1, ['bob']));
  });

  it('does not begin on what was known before another change', () => {
    spec(ownership)
      .given(yielded('bob', 1))
      .when(yieldOf('ann', ['bob']))
      .thenRejected('moved');
  });

  it('goes on in a stream that begins with what was written before', () => {
    const data = { user_id: 'bob' };
    spec(ownership)
      .given({ type: 'ownership-yielded.v1', data }, { type: 'ownership-settled.v1', data })
      .when(yieldOf('ann', ['bob'], { known: 2 }))
      .then(yielded('ann'));
  });

  it('remembers nobody whose stream has gone on', () => {
    const state = [yielded('bob'), yielded('ann', 4, ['bob'])].reduce(ownership.evolve, ownership.initial);
    expect([...state.yielding]).toEqual([['ann', 4]]);
  });
});

it('leaves an owner, in whatever order the steps of changes follow each other, crashes included', () => {
  const OWNERS = ['ann', 'bob'];
  /** Several in a row: what goes wrong does so between few of them. */
  const steps = fc.array(fc.record({ by: fc.nat(3), times: fc.integer({ min: 1, max: 6 }) }), {
    maxLength: 14,
  });
  const crashes = fc.option(fc.record({ by: fc.nat(3), after: fc.nat(14) }), { freq: 2 });
  const change = fc.tuple(fc.constantFrom(...OWNERS), fc.constantFrom('taken', 'taken', 'stays'));
  const changes = fc.array(change, { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(changes, steps, crashes, (wanted, order, crash) => {
      const owners = new Set(OWNERS);
      const versions = new Map(OWNERS.map((name) => [name, 1]));
      const goesOn = (name: string) => versions.set(name, (versions.get(name) ?? 0) + 1);
      let state: Ownership = ownership.initial;
      function* take(name: string) {
        const userVersion = versions.get(name) ?? 0;
        yield;
        const { version: known, yielding } = state;
        yield;
        const over = [...yielding].flatMap(([one, at]) => ((versions.get(one) ?? 0) > at ? [one] : []));
        yield;
        const others = [...owners].filter((one) => one !== name);
        yield;
        const decided = ownership.decide({ user: name, userVersion, others, over, known }, state);
        if (isRejection(decided)) return;
        for (const event of decided) state = ownership.evolve(state, event);
        yield;
        if (versions.get(name) !== userVersion) return;
        owners.delete(name);
        goesOn(name);
      }
      function* keep(name: string) {
        const begun = state.yielding.get(name);
        yield;
        if (owners.has(name) && versions.get(name) !== begun) return;
        owners.add(name);
        goesOn(name);
      }
      const running = wanted.map(([name, how]) => (how === 'taken' ? take(name) : keep(name)));
      for (const [index, { by, times }] of order.entries()) {
        if (index === crash?.after) running[crash.by]?.return();
        for (let time = 0; time < times; time += 1) {
          running[by]?.next();
          expect(owners.size).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: 10_000 },
  );
});
