import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectLogs } from './collect-logs.ts';
import { manualClock } from './manual-clock.ts';
import { seededIds } from './seeded-ids.ts';
import { seededRandom } from './seeded-random.ts';
import { temporaryDirectory } from './temporary-directory.ts';

describe('a manual clock', () => {
  it('stands still until it is moved, and never goes back', () => {
    const clock = manualClock('2026-01-01T00:00:00.000Z');
    expect(clock.nowMs()).toBe(Date.UTC(2026, 0, 1));
    clock.advance(1_500);
    expect(clock.nowMs()).toBe(Date.UTC(2026, 0, 1) + 1_500);
    expect(() => clock.advance(-1)).toThrow(RangeError);
  });
});

describe('seeded randomness', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    expect(seededRandom(7).bytes(32)).toEqual(seededRandom(7).bytes(32));
    expect(seededRandom(7).bytes(32)).not.toEqual(seededRandom(8).bytes(32));
  });

  it('stays below its bound and reaches everything under it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (seed, bound) => {
        const random = seededRandom(seed);
        const seen = new Set(Array.from({ length: 400 }, () => random.below(bound)));
        expect([...seen].sort()).toEqual(Array.from({ length: bound }, (_, value) => value));
      }),
    );
  });
});

describe('seeded ids', () => {
  it('are distinct UUIDv7s in the order of their making', () => {
    const clock = manualClock();
    const ids = seededIds(clock);
    const made = Array.from({ length: 20_000 }, (_, index) => {
      if (index % 5_000 === 0) clock.advance(1);
      return ids.next();
    });
    expect(made[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(made.length);
    expect([...made].sort()).toEqual(made);
  });

  it('are the same in every run', () => {
    expect(seededIds(manualClock(), 3).next()).toBe(seededIds(manualClock(), 3).next());
    expect(seededIds(manualClock(), 3).next()).not.toBe(seededIds(manualClock(), 4).next());
  });
});

describe('a temporary directory', () => {
  it('is empty, its own, and gone with its scope', async () => {
    let path: string;
    {
      const one = await temporaryDirectory();
      const other = await temporaryDirectory();
      path = one.path;
      expect(other.path).not.toBe(path);
      await writeFile(join(path, 'file'), 'content');
      await Promise.all([one, other].map((directory) => directory[Symbol.asyncDispose]()));
    }
    expect(existsSync(path)).toBe(false);
  });
});

describe('collected logs', () => {
  it('keep what was written, as text and as records', () => {
    const logs = collectLogs();
    logs.write('{"msg":"one"}\n');
    logs.write('{"msg":"two"}\n');
    expect(logs.text()).toBe('{"msg":"one"}\n{"msg":"two"}\n');
    expect(logs.records()).toEqual([{ msg: 'one' }, { msg: 'two' }]);
  });
});
