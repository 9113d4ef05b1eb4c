import { expect, it } from 'vitest';
import { createInFlight, MAX_FORWARDED } from './in-flight.ts';

it('bounds what waits for one service, streams apart, and gives places back once', () => {
  const inFlight = createInFlight();
  const places = Array.from({ length: MAX_FORWARDED }, () => inFlight.begin('a', false));
  expect(places.every(Boolean)).toBe(true);
  expect(inFlight.begin('a', false)).toBeNull();
  expect(inFlight.begin('a', true)).not.toBeNull();
  expect(inFlight.begin('b', false)).not.toBeNull();
  places[0]?.();
  places[0]?.();
  expect(inFlight.begin('a', false)).not.toBeNull();
  expect(inFlight.begin('a', false)).toBeNull();
});
