import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What npm keeps there for itself when a test runs it. */
const NOT_OURS = 'node-compile-cache';

/** Gives a run of tests a temporary directory of its own, and fails the run if anything is left in it at the end. */
export default function ownTemporaryDirectory(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-tests-'));
  process.env.TMPDIR = directory;
  return () => {
    const left = readdirSync(directory).filter((name) => name !== NOT_OURS);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    if (left.length > 0) throw new Error(`tests left in the temporary directory: ${left.join(', ')}`);
  };
}
