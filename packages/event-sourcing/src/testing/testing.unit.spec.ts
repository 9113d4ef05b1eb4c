import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decider, fold } from '../decider.ts';
import { isRejection, reject } from '../rejection.ts';
import { alwaysIdempotent, spec } from './index.ts';

type Door = 'open' | 'closed' | 'locked';
type Command = 'open' | 'close' | 'lock';
type DoorEvent = { type: 'door.opened' | 'door.closed' | 'door.locked'; data: object };

const opened: DoorEvent = { type: 'door.opened', data: {} };
const closed: DoorEvent = { type: 'door.closed', data: {} };
const locked: DoorEvent = { type: 'door.locked', data: {} };

const door: Decider<Door, Command, DoorEvent, 'is_locked'> = {
  initial: 'closed',
  evolve(state, { type }) {
    if (type === 'door.opened') return 'open';
    if (type === 'door.closed') return 'closed';
    return type === 'door.locked' ? 'locked' : state;
  },
  decide(command, state) {
    if (command === 'open' && state === 'locked') return reject('is_locked', 'unlock it first');
    if (command === 'open') return state === 'open' ? [] : [opened];
    if (command === 'close') return state === 'open' ? [closed] : [];
    if (state === 'locked') return [];
    return state === 'open' ? [closed, locked] : [locked];
  },
};

describe('fold', () => {
  it('applies events in order, from the initial state or a given one', () => {
    expect(fold(door, [opened, closed])).toBe('closed');
    expect(fold(door, [])).toBe('closed');
    expect(fold(door, [], 'locked')).toBe('locked');
    expect(fold(door, [opened], 'locked')).toBe('open');
  });
});

describe('rejections', () => {
  it('are told from events', () => {
    expect(isRejection(reject('is_locked', 'unlock it first'))).toBe(true);
    for (const value of [[], [opened], null, undefined, 'rejected']) expect(isRejection(value)).toBe(false);
  });
});

describe('spec', () => {
  it('passes for what the decider does', () => {
    spec(door).given().when('open').then(opened);
    spec(door).given(opened).when('open').thenNothing();
    spec(door).given(opened).when('lock').then(closed, locked);
    spec(door).given(opened).when('lock').thenTypes('door.closed', 'door.locked');
    spec(door).given(locked).when('open').thenRejected('is_locked');
  });

  it.each<[string, () => void]>([
    ['another event', () => spec(door).given().when('open').then(closed)],
    ['fewer events', () => spec(door).given(opened).when('lock').then(closed)],
    ['events in another order', () => spec(door).given(opened).when('lock').then(locked, closed)],
    ['other types', () => spec(door).given().when('open').thenTypes('door.closed')],
    ['nothing where there is an event', () => spec(door).given().when('open').thenNothing()],
    ['an event where there is nothing', () => spec(door).given(opened).when('open').then(opened)],
    ['an event where it is rejected', () => spec(door).given(locked).when('open').then(opened)],
    ['nothing where it is rejected', () => spec(door).given(locked).when('open').thenNothing()],
    ['a rejection where there is an event', () => spec(door).given().when('open').thenRejected('is_locked')],
    ['another rejection', () => spec(door).given(locked).when('open').thenRejected('is_stuck')],
  ])('fails when the example says %s', (_, example) => {
    expect(example).toThrow();
  });
});

describe('idempotence', () => {
  const commands = fc.constantFrom<Command>('open', 'close', 'lock');
  const stutter: typeof door = {
    ...door,
    decide: (command, state) => (command === 'open' ? [opened] : door.decide(command, state)),
  };

  it('holds for a decider that sees that it is already so', () => {
    alwaysIdempotent(door, commands);
  });

  it('is refuted for one that repeats itself, by the property and by an example', () => {
    expect(() => alwaysIdempotent(stutter, commands)).toThrow(/Property failed/);
    expect(() => spec(stutter).given().when('open').then(opened)).toThrow(/deciding again/);
  });

  it('finds a repetition that shows only after other commands', () => {
    const rusty: Decider<number, Command, DoorEvent> = {
      initial: 0,
      evolve: (turns) => turns + 1,
      decide: (command, turns) => (command === 'open' && turns >= 3 ? [opened] : turns < 3 ? [closed] : []),
    };
    expect(() => alwaysIdempotent(rusty, commands)).toThrow();
  });
});
