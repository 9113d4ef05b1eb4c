import { afterEach, expect, it } from 'vitest';
import { newDirectory, removeDirectory } from '../testing/open-ledger.ts';
import { benchLedger } from './index.ts';

const directory = newDirectory();
afterEach(() => removeDirectory(directory));

it('measures every figure on a small ledger', async () => {
  const figures = await benchLedger(directory, 8_000);
  expect(figures.batches).toHaveLength(4);
  const { sync, accepted, durable } = figures;
  const rates = [...figures.batches, ...figures.smallBatches, figures.reading, figures.catchUpOfFive];
  for (const figure of [...rates, sync.mean, accepted.p50, durable.p99]) expect(figure).toBeGreaterThan(0);
});
