import type { DeadLetter } from '@countersign/message-bus';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPage } from './page.ts';

function letter(id: string, detail = ''): DeadLetter {
  const said = { group: 'g', instance: 'i', code: 'unproven', attempts: 1 };
  const causes = [{ ...said, detail, firstAttemptAt: '', lastAttemptAt: '' }];
  return {
    id,
    topic: 't',
    partition: 0,
    offset: id,
    record: { key: null, value: null, headers: [] },
    causes,
  };
}

const idOf = (partition: number, at: number) => `t-00${partition}-${String(at).padStart(12, '0')}`;

describe('a page of dead letters', () => {
  it('is of what stands first, however the partitions come, and reads on no partition for nothing', () => {
    const partitions = fc.array(fc.array(fc.boolean(), { maxLength: 6 }), { maxLength: 4 });
    const picks = fc.array(fc.nat({ max: 3 }), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(partitions, picks, fc.integer({ min: 1, max: 8 }), (given, order, limit) => {
        const page = createPage(limit);
        const left = given.map((shown, partition) =>
          shown.map((isShown, at) => ({ id: idOf(partition, at), isShown })),
        );
        const all = left.flat();
        for (const pick of [...order, ...Array.from({ length: 40 }, (_, n) => n % 4)]) {
          const next = left[pick]?.shift();
          if (next && !page.take(next.id, next.isShown ? letter(next.id) : null)) left[pick] = [];
        }
        const first = all.slice(0, limit);
        expect(page.done()).toMatchObject({
          letters: first.filter(({ isShown }) => isShown).map(({ id }) => ({ id })),
          next: all.length >= limit ? first.at(-1)!.id : null,
        });
      }),
    );
  });

  it('ends where it has much text, and has one letter in any case', () => {
    const page = createPage(1_000);
    const large = 'x'.repeat(1024 * 1024);
    expect([3, 4, 5].map((at) => page.take(idOf(1, at), letter(idOf(1, at), large)))).toEqual([
      true,
      false,
      false,
    ]);
    expect(page.take(idOf(0, 7), letter(idOf(0, 7), large))).toBe(true);
    const { letters, next } = page.done();
    expect(letters.map(({ id }) => id)).toEqual([idOf(0, 7), idOf(1, 3)]);
    expect(next).toBe(idOf(1, 3));
  });
});
