import type { JsonObject } from '@countersign/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKillSwitchBoard, inScope, type KillSubject } from './kill-switches.ts';
import { createLedger } from './testing/messages.ts';

const CALL: KillSubject = { organization: 'acme', agent_id: 'bot', tool_name: 'delete', user_id: 'alice' };

/** Switch events in ledger order, and a board that has seen those that `apply` got. */
function createSwitches() {
  const { next } = createLedger();
  const event = (type: string, id: string, change: JsonObject = {}, organization = 'acme') =>
    next(
      `killswitch.${type}`,
      `killswitch-${id}`,
      { kill_switch_id: id, scope: 'agent', target: 'bot', drill: false, expires_at: null, ...change },
      organization,
    );
  return { event, board: createKillSwitchBoard() };
}

const idsOf = (switches: readonly { id: string }[]) => switches.map(({ id }) => id);

describe('the scope of a switch', () => {
  it.each([
    ['agent', 'bot', true],
    ['agent', 'other', false],
    ['tool', 'delete', true],
    ['tool', 'bot', false],
    ['user', 'alice', true],
    ['user', 'bob', false],
    ['organization', 'acme', true],
    ['organization', 'globex', false],
    ['all', null, true],
  ] as const)('%s %s holds the call: %s', (scope, target, holds) => {
    expect(inScope({ scope, target, organization: 'acme' }, CALL)).toBe(holds);
  });

  it('of an agent, tool or user ends at its organization; the wider ones reach others', () => {
    for (const [scope, target, holds] of [
      ['agent', 'bot', false],
      ['tool', 'delete', false],
      ['user', 'alice', false],
      ['organization', 'acme', true],
      ['all', null, true],
    ] as const) {
      expect([scope, inScope({ scope, target, organization: 'globex' }, CALL)]).toEqual([scope, holds]);
    }
  });
});

describe('a board', () => {
  it.each([
    ['in the record of who is stopped', 'acme', { imposed: true }],
    ['in the record of who stops, as it once was', 'default', {}],
  ])('shows a switch that is imposed on an organization to both, %s', (_, organization, more) => {
    const { event, board } = createSwitches();
    const target = { scope: 'organization', target: 'acme', ...more };
    board.apply(event('engaged', 'k1', target, organization));
    expect(board.get('k1')).toMatchObject({ imposed: true, organization });
    expect(idsOf(board.stops(CALL))).toEqual(['k1']);
    for (const [reader, seen] of [
      ['acme', ['k1']],
      ['default', ['k1']],
      ['globex', []],
    ] as const)
      expect([reader, idsOf(board.list(reader))]).toEqual([reader, seen]);
  });

  it('has a switch that an organization engaged itself imposed by nobody', () => {
    const { event, board } = createSwitches();
    board.apply(event('engaged', 'k1', { scope: 'organization', target: 'acme' }));
    board.apply(event('engaged', 'k2', { scope: 'all', target: null }, 'default'));
    expect(board.active().map(({ imposed }) => imposed)).toEqual([false, false]);
    expect(idsOf(board.list('default'))).toEqual(['k2']);
  });

  it('stops what is in scope from the engagement to the end', () => {
    const { event, board } = createSwitches();
    const stops = () => idsOf(board.stops(CALL));
    expect(stops()).toEqual([]);
    board.apply(event('engaged', 'k1'));
    expect(stops()).toEqual(['k1']);
    board.apply(event('effective', 'k1'));
    expect(stops()).toEqual(['k1']);
    board.apply(event('released', 'k1'));
    expect(stops()).toEqual([]);
    board.apply(event('engaged', 'k2', { scope: 'all', target: null }));
    board.apply(event('expired', 'k2'));
    expect(stops()).toEqual([]);
  });

  it('names every switch that stops', () => {
    const { event, board } = createSwitches();
    board.apply(event('engaged', 'k1'));
    board.apply(event('engaged', 'k2', { scope: 'tool', target: 'delete' }));
    board.apply(event('engaged', 'k3', { scope: 'tool', target: 'read' }));
    expect(idsOf(board.stops(CALL))).toEqual(['k1', 'k2']);
  });

  it('stops nothing by a drill, which is in force all the same', () => {
    const { event, board } = createSwitches();
    board.apply(event('engaged', 'k1', { drill: true }));
    board.apply(event('effective', 'k1', { drill: true }));
    expect(board.stops(CALL)).toEqual([]);
    expect(idsOf(board.active())).toEqual(['k1']);
    expect(board.voids(CALL, { position: 3, killEpoch: 0 })).toBeUndefined();
  });

  it('knows the position of every step', () => {
    const { event, board } = createSwitches();
    for (const step of ['engaged', 'effective', 'released']) board.apply(event(step, 'k1'));
    expect(board.get('k1')).toMatchObject({
      state: 'released',
      positions: { engaged: 1, effective: 2, released: 3 },
      engaged: { type: 'killswitch.engaged' },
    });
  });

  it('has as epoch the position of the last switch event', () => {
    const { event, board } = createSwitches();
    expect(board.epoch()).toBe(0);
    board.apply(event('engaged', 'k1'));
    board.apply(event('effective', 'k1'));
    expect(board.epoch()).toBe(2);
  });

  it('lists the switches of an organization and those that reach it', () => {
    const { event, board } = createSwitches();
    board.apply(event('engaged', 'own'));
    board.apply(event('engaged', 'foreign', {}, 'globex'));
    board.apply(event('engaged', 'all', { scope: 'all', target: null }, 'default'));
    board.apply(event('engaged', 'on-acme', { scope: 'organization', target: 'acme' }, 'default'));
    expect(idsOf(board.list('acme'))).toEqual(['own', 'all', 'on-acme']);
    expect(idsOf(board.list('globex'))).toEqual(['foreign', 'all']);
  });

  it('is not changed by events that come again, or by others', () => {
    const { event, board } = createSwitches();
    const [engaged, effective, released] = ['engaged', 'effective', 'released'].map((type) =>
      event(type, 'k1'),
    );
    for (const message of [engaged, effective, released, effective, engaged])
      if (message) board.apply(message);
    expect(board.get('k1')?.state).toBe('released');
    expect(board.epoch()).toBe(3);
    board.apply(event('unheard-of', 'k1'));
    expect(board.epoch()).toBe(3);
  });

  it('loses no switch that comes after a later one of another organization', () => {
    const { event, board } = createSwitches();
    const [earlier, later] = [event('engaged', 'k1'), event('engaged', 'k2', {}, 'globex')];
    board.apply(later);
    board.apply(earlier);
    expect(idsOf(board.stops(CALL))).toEqual(['k1']);
    expect(board.epoch()).toBe(2);
  });
});

describe('an authorization or redemption', () => {
  it.each([
    ['before the switch is effective', 2, 0, false],
    ['at an epoch that knows it', 9, 1, false],
    ['at a later epoch', 9, 5, false],
    ['after it is effective, at an older epoch', 9, 0, true],
  ])('%s is void: position %i, epoch %i: %s', (_, position, killEpoch, isVoid) => {
    const { event, board } = createSwitches();
    board.apply(event('engaged', 'k1'));
    event('engaged', 'elsewhere');
    board.apply(event('effective', 'k1'));
    expect(board.voids(CALL, { position, killEpoch })?.id).toBe(isVoid ? 'k1' : undefined);
  });

  it('is void also when the switch is over since', () => {
    const { event, board } = createSwitches();
    for (const step of ['engaged', 'effective', 'released']) board.apply(event(step, 'k1'));
    expect(board.voids(CALL, { position: 9, killEpoch: 0 })?.id).toBe('k1');
  });

  it('keeps its standing in a ledger that was copied to other positions', () => {
    const { event, board } = createSwitches();
    const copied = ['engaged', 'effective', 'released'].map((step, index) => ({
      // Where it stood before: 1. Where it stands now: thousands of bytes on.
      ...event(step, 'k1', { epoch: step === 'effective' ? '1' : null }),
      position: 5_000 + index * 1_000,
    }));
    for (const message of copied) board.apply(message);
    const recordedBefore = (killEpoch: number) => board.voids(CALL, { position: 9_000, killEpoch })?.id;
    expect(recordedBefore(3)).toBeUndefined();
    expect(recordedBefore(0)).toBe('k1');
    expect(board.voids(CALL, { position: 12_000, killEpoch: board.epoch() })).toBeUndefined();
  });

  it('stands under a switch that never became effective, or has another scope', () => {
    const { event, board } = createSwitches();
    board.apply(event('engaged', 'k1'));
    board.apply(event('engaged', 'k2', { target: 'other' }));
    board.apply(event('effective', 'k2'));
    expect(board.voids(CALL, { position: 9, killEpoch: 0 })).toBeUndefined();
  });
});

describe('many switches', () => {
  const KEPT = 5;
  const step = fc.record({
    id: fc.integer({ min: 0, max: KEPT - 1 }),
    type: fc.constantFrom('engaged', 'effective', 'released'),
  });
  const asked = fc.record({ position: fc.nat(40), killEpoch: fc.nat(40) });

  it('make void what any one of them makes void, in whatever order they became effective', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), asked, (steps, { position, killEpoch }) => {
        const { event, board } = createSwitches();
        const engaged = new Map<number, number>();
        const effective = new Map<number, number>();
        for (const [index, { id, type }] of steps.entries()) {
          const target = id % 2 === 0 ? 'bot' : 'other';
          board.apply(event(type, `k${id}`, { target, drill: id === KEPT - 1 }));
          if (type === 'engaged' && !engaged.has(id)) engaged.set(id, index + 1);
          if (type === 'effective' && engaged.has(id) && !effective.has(id)) effective.set(id, index + 1);
        }
        const voiding = [...effective].filter(
          ([id, at]) =>
            id % 2 === 0 && id !== KEPT - 1 && at <= position && (engaged.get(id) ?? 0) > killEpoch,
        );
        expect(board.voids(CALL, { position, killEpoch }) !== undefined).toBe(voiding.length > 0);
      }),
    );
  });
});
