import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGapTracker } from './gap-tracker.ts';

describe('gap tracker', () => {
  it('stands at its start', () => {
    const gaps = createGapTracker(7);
    expect(gaps.checkpoint()).toBe(7);
    expect(gaps.outstanding()).toBe(0);
  });

  it('never passes the first gap', () => {
    const gaps = createGapTracker(0);
    gaps.delivered([3, 5, 9], 12);
    gaps.settled(9);
    gaps.settled(5);
    expect(gaps.checkpoint()).toBe(2);
    gaps.settled(3);
    expect(gaps.checkpoint()).toBe(12);
  });

  it('takes more positions in one batch than a call has room for arguments', () => {
    const gaps = createGapTracker(0);
    const positions = Array.from({ length: 300_000 }, (_, i) => i + 1);
    gaps.delivered(positions, 300_000);
    for (const position of positions) gaps.settled(position);
    expect(gaps.checkpoint()).toBe(300_000);
    expect(gaps.outstanding()).toBe(0);
  });

  it('agrees with an oracle that remembers everything, whatever is settled in whatever order', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('deliver' as const),
        gaps: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }),
        filtered: fc.nat(5),
      }),
      // Any position at all: delivered ones, settled ones, ones that were never delivered.
      fc.record({ kind: fc.constant('settle' as const), position: fc.nat(120) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat(10), (steps, start) => {
        const tracker = createGapTracker(start);
        const open = new Set<number>();
        let last = start;
        let covered = start;
        for (const next of steps) {
          if (next.kind === 'settle') {
            tracker.settled(next.position);
            open.delete(next.position);
          } else {
            const positions = next.gaps.map((gap) => {
              last += gap;
              open.add(last);
              return last;
            });
            last += next.filtered;
            covered = last;
            tracker.delivered(positions, last);
          }
          const first = Math.min(...open);
          expect(tracker.checkpoint()).toBe(open.size > 0 ? first - 1 : covered);
          expect(tracker.outstanding()).toBe(open.size);
        }
      }),
      { numRuns: 500 },
    );
  });
});
