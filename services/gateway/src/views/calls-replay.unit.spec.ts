import type { PublicEventType } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { later } from '../testing/call-commands.ts';
import { callMessage } from '../testing/messages.ts';
import type { CallRow } from './call-row.ts';
import { createCallsView } from './calls.ts';

const CALLS = ['01a1fd5a-0e60-7260-a743-000000000c01', '01a1fd5a-0e60-7260-a743-000000000c02'];

const TYPES: readonly PublicEventType[] = [
  'agent.tool.requested',
  'agent.tool.evaluated',
  'agent.approval.requested',
  'agent.approval.granted',
  'agent.approval.voided',
  'agent.quota.reserved',
  'agent.quota.denied',
  'agent.tool.authorized',
  'agent.permit.redeemed',
  'agent.tool.called',
  'agent.tool.lapsed',
  'agent.tool.abandoned',
  'agent.safety.blocked',
];

/** Messages about two calls in ledger order, in any sequence of types: the fold must not care what is plausible. */
const messages: fc.Arbitrary<Message[]> = fc
  .array(fc.record({ type: fc.constantFrom(...TYPES), call: fc.constantFrom(...CALLS) }), { maxLength: 25 })
  .map((steps) =>
    steps.map(({ type, call }, index) =>
      callMessage(type, { position: index + 1, time: later(index), call }),
    ),
  );

const open = () => createCallsView({ decisionTimeoutMs: 2_000, outcomeTtlMs: 900_000, onChange: () => {} });
type View = ReturnType<typeof open>;

const rowsOf = (view: View) => CALLS.map((call) => view.table.get(call));

/** As a host does it: rows that a message needs are loaded before it is applied. */
function apply(view: View, message: Message, stored: ReadonlyMap<string, string>): void {
  for (const key of view.needs(message)) {
    const row = stored.get(key);
    if (view.table.peek(key) === undefined) view.table.loaded(key, row ? (JSON.parse(row) as CallRow) : null);
  }
  view.apply(message);
}

/** The rows as the view store keeps them. */
function store(view: View): Map<string, string> {
  return new Map(
    view.table
      .takeChanges()
      .writes.flatMap(({ key, row }): [string, string][] => (row ? [[key, JSON.stringify(row)]] : [])),
  );
}

describe('the calls view', () => {
  it('is the same rebuilt from the first message as folded over a restart', () => {
    fc.assert(
      fc.property(messages, fc.nat(25), (all, cut) => {
        const rebuilt = open();
        for (const message of all) apply(rebuilt, message, new Map());
        const first = open();
        for (const message of all.slice(0, cut)) apply(first, message, new Map());
        const stored = store(first);
        const second = open();
        for (const [key, row] of stored) second.table.loaded(key, JSON.parse(row) as CallRow);
        for (const message of all.slice(cut)) apply(second, message, stored);
        expect(rowsOf(second)).toEqual(rowsOf(rebuilt));
      }),
      { numRuns: 500 },
    );
  });

  it('is not changed by messages that come again', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(24), { maxLength: 10 }), (all, back) => {
        const once = open();
        for (const message of all) apply(once, message, new Map());
        const repeating = open();
        all.forEach((message, index) => {
          apply(repeating, message, new Map());
          // A consumer that was cut off begins again at some earlier message.
          const from = back[index % Math.max(1, back.length)] ?? index;
          for (const old of all.slice(Math.min(from, index), index + 1)) apply(repeating, old, new Map());
        });
        expect(rowsOf(repeating)).toEqual(rowsOf(once));
      }),
      { numRuns: 300 },
    );
  });
});
