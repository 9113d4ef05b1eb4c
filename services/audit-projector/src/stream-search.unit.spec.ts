import type { RecordedEvent } from '@countersign/event-store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastVersionWhere } from './stream-search.ts';

/** A stream of some length at positions three apart, and how often it was read. */
function streamOf(length: number) {
  let reads = 0;
  const read = async (_: string, { after = 0 }: { after?: number } = {}) => {
    reads += 1;
    const version = after + 1;
    return version <= length ? [{ version, position: version * 3 } as RecordedEvent] : [];
  };
  return { read, reads: () => reads };
}

describe('the last version of a stream', () => {
  it('is found whatever its length, and none of an empty one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 5_000 }), async (length) => {
        expect(await lastVersionWhere(streamOf(length), 's', 'accepted', () => true)).toBe(length);
      }),
    );
  });

  it('that stands at or before a position is the last that does', async () => {
    const cases = fc.tuple(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 7_000 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([length, after]) => {
        const found = await lastVersionWhere(
          streamOf(length),
          's',
          'durable',
          (event) => event.position <= after,
        );
        expect(found).toBe(Math.min(length, Math.floor(after / 3)));
      }),
    );
  });

  it('takes reads that grow with the logarithm of the length', async () => {
    const stream = streamOf(1_000_000);
    await lastVersionWhere(stream, 's', 'accepted', () => true);
    expect(stream.reads()).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(1_000_000)) + 2);
  });
});
