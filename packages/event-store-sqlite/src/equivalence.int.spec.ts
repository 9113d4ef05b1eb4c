import { randomUUID } from 'node:crypto';
import type { NewEvent, RecordedEvent } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SqliteEventStore } from './sqlite-event-store.ts';
import { newDirectory, openLedger, removeDirectory } from './testing/open-ledger.ts';

/** A tail of two events and one remembered head: nearly every step meets a stream that was forgotten. */
const FORGETFUL = { tailEvents: 2, cachedHeads: 1 };

/** Names that sort before and after each other, share prefixes, and leave ASCII. */
const NAMES = [
  'order-5',
  'order-1',
  'order-9',
  'order-10',
  'orders-1',
  'user-b',
  'user-a',
  'user-é',
  'user-🙂',
  'x-',
];

type Step =
  | { kind: 'append'; name: number; expected: 'right' | 'no-stream' | 'behind' | 'ahead'; count: number }
  | { kind: 'repeat'; name: number; back: number }
  | { kind: 'read'; name: number; after: number; limit: number }
  | { kind: 'wait' }
  | { kind: 'restart' };

const name = fc.nat(NAMES.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      name,
      expected: fc.oneof(
        { weight: 6, arbitrary: fc.constant('right' as const) },
        { weight: 1, arbitrary: fc.constantFrom('no-stream' as const, 'behind' as const, 'ahead' as const) },
      ),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('repeat' as const), name, back: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      name,
      after: fc.nat(6),
      limit: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'wait' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

const directory = newDirectory();
let sqlite: SqliteEventStore;
beforeAll(async () => {
  sqlite = await openLedger({ directory, ...FORGETFUL });
});
afterAll(async () => {
  await sqlite.close();
  removeDirectory(directory);
});

const newBatch = (count: number): NewEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    type: 'stepped',
    data: { index },
    metadata: { id: randomUUID(), time: '2026-03-01T12:00:00.000Z', organization: 'acme' },
  }));

/** What must be equal: everything but the global position, which cold streams get later than hot ones. */
const comparable = (result: object): object =>
  'events' in result
    ? { ...result, position: null, events: (result.events as RecordedEvent[]).map(inStream) }
    : result;
const inStream = ({ stream, version, metadata, data }: RecordedEvent) => ({
  stream,
  version,
  metadata,
  data,
});

it('answers as the memory store does, whatever it has forgotten', async () => {
  let program = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      program += 1;
      const memory = createMemoryEventStore();
      // Each program has its own streams: the store under test keeps those of all programs before.
      const streamOf = (index: number) => `${NAMES[index]}~${String(program % 7)}~${program}` as const;
      const batches = new Map<number, { expected: number; events: NewEvent[] }[]>();
      const versions = new Map<number, number>();
      let comparisons: Promise<void>[] = [];
      const compare = (ours: Promise<object>, theirs: Promise<object>) =>
        comparisons.push(
          Promise.all([ours, theirs]).then(([a, b]) => expect(comparable(a)).toEqual(comparable(b))),
        );
      const settle = async () => {
        await Promise.all(comparisons);
        comparisons = [];
      };
      const append = (index: number, expected: number, events: NewEvent[]) => {
        const ours = sqlite.append(streamOf(index), expected, events);
        const theirs = memory.append(streamOf(index), expected, events);
        compare(ours.accepted, theirs.accepted);
        compare(ours.durable, theirs.durable);
      };

      for (const each of steps) {
        if (each.kind === 'append') {
          const version = versions.get(each.name) ?? 0;
          const wrong = { 'no-stream': 0, behind: Math.max(0, version - 1), ahead: version + 2 };
          const expected = each.expected === 'right' ? version : wrong[each.expected];
          const events = newBatch(each.count);
          append(each.name, expected, events);
          if (expected !== version) continue;
          versions.set(each.name, version + each.count);
          batches.set(each.name, [{ expected, events }, ...(batches.get(each.name) ?? [])]);
        } else if (each.kind === 'repeat') {
          const batch = batches.get(each.name)?.[each.back];
          if (batch) append(each.name, batch.expected, batch.events);
        } else if (each.kind === 'read') {
          await settle();
          const options = { after: each.after, limit: each.limit, visibility: 'accepted' as const };
          const ours = await sqlite.read(streamOf(each.name), options);
          const theirs = await memory.read(streamOf(each.name), options);
          expect(ours.map(inStream)).toEqual(theirs.map(inStream));
        } else {
          await settle();
          await sqlite.whenDurable(sqlite.acceptedPosition);
          if (each.kind === 'wait') continue;
          await sqlite.close();
          sqlite = await openLedger({ directory, ...FORGETFUL });
        }
      }
      await settle();
      for (const index of NAMES.keys()) {
        const ours = await sqlite.read(streamOf(index));
        expect(ours.map(inStream)).toEqual((await memory.read(streamOf(index))).map(inStream));
      }
    }),
    { numRuns: 60 },
  );
});

it('has given every position once', async () => {
  const positions: number[] = [];
  for (let after = 0; after < sqlite.durablePosition; ) {
    const page = await sqlite.readPage({ after, limit: 500 });
    positions.push(...page.events.map((event) => event.position));
    after = page.position;
  }
  expect(positions).toEqual(positions.map((_, index) => index + 1));
  expect(positions.length).toBeGreaterThan(100);
});
