import { expect, it } from 'vitest';
import { decide } from '../ledger/decide.ts';
import { evolve } from '../ledger/evolve.ts';
import { emptyLedger } from '../ledger/state.ts';
import { findDisagreement } from './disagreement.ts';

it('decides as an oracle does that recomputes everything from the log, and replays to the same ledger', () => {
  expect(findDisagreement({ decide, evolve, emptyLedger }, 20_260_101, 3_000, true)).toBeNull();
});
