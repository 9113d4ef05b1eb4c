import { expect, it } from 'vitest';
import * as metering from '../index.ts';
import { findCarryDifference } from './carry-difference.ts';
import { findDisagreement } from './disagreement.ts';

it('decides as an oracle does that recomputes everything from the log, nothing the second time, and replays alike', () => {
  expect(findDisagreement(metering, 20_260_101, 2_000, true)).toBeNull();
});

it('answers every later command and shows the same meters wherever the book was closed', () => {
  expect(findCarryDifference(metering, 20_260_102, 1_000, true)).toBeNull();
});
