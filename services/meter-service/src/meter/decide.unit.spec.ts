import { fold, isRejection } from '@countersign/event-sourcing';
import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { type BookClosed, type MeterEvent, meters } from '@countersign/metering';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT, commandsOfABook, configured, reserve } from '../testing/book-programs.ts';
import { type BookCommand, meter } from './decide.ts';

/** The events of a program, each command decided on what the ones before led to. */
function run(...commands: readonly BookCommand[]): MeterEvent[] {
  const events: MeterEvent[] = [];
  for (const command of commands) {
    const decided = meter.decide(command, fold(meter, events));
    if (isRejection(decided)) throw new Error(decided.detail);
    events.push(...decided);
  }
  return events;
}

const closing = (events: readonly MeterEvent[]) =>
  events.filter((event): event is BookClosed => event.type === 'quota-closed.v1');

describe('a book', () => {
  it('takes nothing before it has a plan', () => {
    spec(meter).given().when(reserve(1)).thenRejected('not_configured');
  });

  it('reserves under its plan', () => {
    spec(meter)
      .given(...run(configured))
      .when(reserve(1))
      .thenTypes('quota-period-opened.v1', 'quota-reserved.v1');
  });

  it('ends with its balances, and its successor begins with them', () => {
    const history = run(configured, reserve(1), reserve(2), {
      type: 'commit',
      id: 'call-1',
      at: AT,
      actual: [],
      assumed: false,
    });
    const closed = closing(
      run(
        configured,
        reserve(1),
        reserve(2),
        { type: 'commit', id: 'call-1', at: AT, actual: [], assumed: false },
        { type: 'close', at: AT, limit: 1 },
      ),
    );
    spec(meter)
      .given(...history)
      .when({ type: 'close', at: AT, limit: 1 })
      .then(...closed);
    const opened = meter.decide({ type: 'open', closed }, meter.initial);
    if (isRejection(opened)) throw new Error(opened.detail);
    const before = meters(fold(meter, history), 'acme', AT);
    expect(meters(fold(meter, opened), 'acme', AT)).toEqual(before);
    expect(before).toMatchObject([{ key: 'tool_calls', used: 1, reserved: 1 }]);
  });

  it('that has begun does not begin again', () => {
    const closed = closing(run(configured, { type: 'close', at: AT, limit: 1 }));
    spec(meter)
      .given(...run(configured))
      .when({ type: 'open', closed })
      .thenNothing();
  });

  it('takes nothing after its end', () => {
    spec(meter)
      .given(...run(configured, { type: 'close', at: AT, limit: 1 }))
      .when(reserve(1))
      .thenRejected('book_closed');
  });

  it('decides nothing the second time, whatever came before', () => {
    alwaysIdempotent(meter, fc.oneof(...commandsOfABook));
  });
});
