import { existsSync, statSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { ledgerFile } from './options.ts';
import { newDirectory, openLedger, removeDirectory } from './testing/open-ledger.ts';

const directory = newDirectory();
afterEach(() => removeDirectory(directory));

it('stays bounded under load that never pauses, and is gone after closing', async () => {
  const walBytes = 1024 * 1024;
  const store = await openLedger({ directory, walBytes });
  let longest = 0;
  const write = async (writer: number) => {
    for (let round = 0; round < 800; round += 1) {
      const text = 'x'.repeat(2_000);
      const metadata = { id: `${writer}/${round}`, time: '2026-03-01T12:00:00.000Z', organization: 'acme' };
      await store.append(`writer-${writer}`, round, [{ type: 'written', data: { text }, metadata }]).durable;
      longest = Math.max(longest, statSync(`${ledgerFile(directory)}-wal`).size);
    }
  };
  await Promise.all([1, 2, 3, 4].map(write));
  await store.close();
  // Copying runs beside the commits, so the log may grow on meanwhile; these 800 commits would make it 25 MB long.
  expect(longest).toBeLessThan(walBytes * 10);
  expect(existsSync(`${ledgerFile(directory)}-wal`)).toBe(false);
});
