import { describe, expect, it } from 'vitest';
import type { LedgerEvent } from './ledger-event.ts';
import { createOracle } from './oracle.ts';

/** A ledger of made-up events: a call, a type, and where needed its data. */
function ledger(...events: [call: string, type: string, data?: LedgerEvent['data']][]): LedgerEvent[] {
  const sequences = new Map<string, number>();
  return events.map(([call, type, data = {}], index) => {
    const subject = `${type.split('.').at(-1)}-${call}`;
    const sequence = (sequences.get(subject) ?? 0) + 1;
    sequences.set(subject, sequence);
    return { position: String(index + 1), type, subject, sequence, call, data };
  });
}

function judge(events: LedgerEvent[], quota: number | null = null) {
  const oracle = createOracle(quota);
  for (const event of events) oracle.read(event);
  return oracle;
}

const admitted = (call: string): [string, string][] => [
  [call, 'agent.quota.reserved'],
  [call, 'agent.tool.authorized'],
];

describe('the oracle of the kill rounds', () => {
  it('has nothing to say against a whole call', () => {
    const oracle = judge(
      ledger(...admitted('a'), ['a', 'agent.permit.redeemed'], ['a', 'agent.tool.called']),
      1,
    );
    const told = { call: 'a', shows: 'agent.tool.called', position: '4' };
    expect(oracle.complaints([told])).toEqual([]);
    expect(oracle.held()).toBe(1);
  });

  it('misses what was acknowledged', () => {
    const oracle = judge(ledger(...admitted('a')));
    expect(oracle.complaints([{ call: 'a', shows: 'agent.tool.called' }])).toEqual([
      'call a: agent.tool.called was acknowledged and is not there',
    ]);
    expect(oracle.complaints([{ call: 'b', shows: 'agent.tool.authorized', position: '2' }])).toHaveLength(2);
  });

  it.each<[string, [string, string, LedgerEvent['data']?][]]>([
    ['a second agent.tool.authorized', [...admitted('a'), ['a', 'agent.tool.authorized']]],
    [
      'a second agent.permit.redeemed',
      [...admitted('a'), ['a', 'agent.permit.redeemed'], ['a', 'agent.permit.redeemed']],
    ],
    [
      'a second agent.tool.evaluated request',
      [
        ['a', 'agent.tool.evaluated', { phase: 'request' }],
        ['a', 'agent.tool.evaluated', { phase: 'request' }],
      ],
    ],
    [
      'authorized after it was blocked',
      [
        ['a', 'agent.quota.reserved'],
        ['a', 'agent.safety.blocked'],
        ['a', 'agent.tool.authorized'],
      ],
    ],
    ['authorized without a reservation', [['a', 'agent.tool.authorized']]],
    ['redeemed without a permit', [['a', 'agent.permit.redeemed']]],
  ])('finds %s', (what, events) => {
    expect(
      judge(ledger(...events))
        .complaints([])
        .join(),
    ).toContain(what);
  });

  it('lets a call be judged once at request and once at release', () => {
    const events = ledger(
      ['a', 'agent.tool.evaluated', { phase: 'request' }],
      ['a', 'agent.tool.evaluated', { phase: 'release' }],
    );
    expect(judge(events).complaints([])).toEqual([]);
  });

  it('finds a quota crossed at any place of the ledger, also where it fits again later', () => {
    const crossed = ledger(...admitted('a'), ...admitted('b'), [
      'a',
      'agent.tool.called',
      { executed: false },
    ]);
    const oracle = judge(crossed, 1);
    expect(oracle.complaints([])).toEqual(['2 calls of a quota of 1 at position 4']);
    expect(oracle.held()).toBe(1);
  });

  it('counts what is given back, by whichever end', () => {
    const events = ledger(
      ...admitted('a'),
      ['a', 'agent.tool.called', { executed: false }],
      ...admitted('b'),
      ['b', 'agent.tool.lapsed'],
      ...admitted('c'),
      ['c', 'agent.safety.blocked'],
      ...admitted('d'),
      ['d', 'agent.tool.called', { executed: true }],
    );
    const oracle = judge(events, 1);
    expect(oracle.complaints([])).toEqual([]);
    expect(oracle.held()).toBe(1);
  });

  it('finds a hole in a stream and a position out of order', () => {
    const [first, second] = ledger(['a', 'agent.tool.called'], ['b', 'agent.tool.called']);
    const hole = judge([{ ...first!, sequence: 2 }]);
    expect(hole.complaints([])).toEqual(['called-a: agent.tool.called is number 2, not 1']);
    expect(judge([second!, first!]).complaints([])).toEqual(['position 1 comes after 2']);
  });
});
