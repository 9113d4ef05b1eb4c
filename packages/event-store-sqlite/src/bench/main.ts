import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchLedger } from './index.ts';

const directory = mkdtempSync(join(tmpdir(), 'ledger-bench-'));
try {
  const events = Number(process.argv[2] ?? 400_000);
  process.stdout.write(`${JSON.stringify(await benchLedger(directory, events), null, 2)}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
