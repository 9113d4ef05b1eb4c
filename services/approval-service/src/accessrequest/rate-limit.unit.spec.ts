import { expect, it } from 'vitest';
import { createRequestLimit, REQUEST_LIMITS } from './rate-limit.ts';

it('bounds the requests of each principal, and says how long to wait', () => {
  const limit = createRequestLimit();
  for (let n = 0; n < REQUEST_LIMITS.capacity; n += 1) expect(limit('agent:a', 0)).toBeNull();
  const wait = limit('agent:a', 0) ?? 0;
  expect(wait).toBeGreaterThan(0);
  expect(limit('agent:b', 0)).toBeNull();
  expect(limit('agent:a', wait - 1)).toBe(1);
  expect(limit('agent:a', wait)).toBeNull();
});
