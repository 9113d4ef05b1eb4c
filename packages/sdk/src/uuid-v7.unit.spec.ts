import { describe, expect, it } from 'vitest';
import { uuidV7 } from './uuid-v7.ts';

describe('uuidV7', () => {
  it('has the time of the example in RFC 9562 appendix A.6, the version and the variant', () => {
    expect(uuidV7(0x017f22e279b0)).toMatch(/^017f22e2-79b0-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is ordered by time and never the same twice', () => {
    expect(uuidV7(2 ** 32).localeCompare(uuidV7(2 ** 32 - 1))).toBe(1);
    expect(new Set(Array.from({ length: 1_000 }, () => uuidV7(0))).size).toBe(1_000);
  });
});
