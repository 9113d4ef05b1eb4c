import { findPublicEvent } from '@countersign/contracts';
import { fold, isRejection, type JsonObject } from '@countersign/event-sourcing';
import type { MeterEvent } from '@countersign/metering';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT, commandsOfABook } from '../testing/book-programs.ts';
import { type BookCommand, meter } from './decide.ts';
import { meterPublications } from './publish.ts';

const publications = new Map(meterPublications.map((publication) => [publication.stored, publication]));

/** A stored event as the bus would carry it, from JSON to JSON. */
function published({ type, data }: MeterEvent): { type: string; data: JsonObject } {
  const publication = publications.get(type);
  if (!publication) throw new Error(`nobody publishes ${type}`);
  const stored = JSON.parse(JSON.stringify(data)) as JsonObject;
  return { type: publication.type, data: publication.data?.(stored) ?? stored };
}

/** The events of a program over two books: whatever is rejected is left out. */
function eventsOf(program: readonly BookCommand[]): MeterEvent[] {
  const events: MeterEvent[] = [];
  let state = fold(meter, []);
  const handle = (command: BookCommand): readonly MeterEvent[] => {
    const decided = meter.decide(command, state);
    if (isRejection(decided)) return [];
    state = fold(meter, decided, state);
    events.push(...decided);
    return decided;
  };
  for (const command of program) handle(command);
  const closed = handle({ type: 'close', at: AT, limit: 1 }).filter(
    (event) => event.type === 'quota-closed.v1',
  );
  state = fold(meter, []);
  if (closed.length > 0) handle({ type: 'open', closed });
  for (const command of program) handle(command);
  return events;
}

const programs = fc
  .tuple(
    commandsOfABook[0] as fc.Arbitrary<BookCommand>,
    fc.array(fc.oneof(...commandsOfABook), { maxLength: 25 }),
  )
  .map(([configure, rest]) => [configure, ...rest]);

describe('what is published of meters', () => {
  it('fits the contract, for every event of any program', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(programs, (program) => {
        for (const event of eventsOf(program)) {
          const { type, data } = published(event);
          seen.add(type);
          const read = findPublicEvent(type)?.data.safeParse(data);
          expect({ type, data, error: read?.error }).toEqual({ type, data, error: undefined });
        }
      }),
      { numRuns: 300, seed: 1 },
    );
    expect([...seen].sort()).toEqual(meterPublications.map(({ type }) => type).sort());
  });

  it('keeps out what only the fold needs', () => {
    fc.assert(
      fc.property(programs, (program) => {
        for (const event of eventsOf(program)) {
          const names = Object.keys(published(event).data);
          for (const inner of ['at', 'request', 'asked_at', 'on_expiry', 'failures', 'unreserved']) {
            expect(names).not.toContain(inner);
          }
        }
      }),
      { numRuns: 50, seed: 2 },
    );
  });
});
