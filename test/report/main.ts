import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync } from 'node:fs';

/** What vitest's JSON reporter writes, as far as it is counted here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
}

const REPORTS = [
  'packages/*/reports/vitest.json',
  'services/*/reports/vitest.json',
  'infra/*/reports/vitest.json',
  '{test,examples}/reports/vitest.json',
];

/**
 * Runs the tests of all workspaces, as many at a time as there are cores here, goes on after a failure, and ends with the
 * count of the real results, those that turbo took from its cache included. A skipped test is a failure: nothing is left
 * out silently.
 */
for (const stale of globSync(REPORTS)) rmSync(stale);
const tests = spawnSync('turbo', ['run', 'test', '--concurrency=2', '--continue=always'], {
  stdio: 'inherit',
  shell: true,
});

const reports = globSync(REPORTS).map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
const sum = (count: (report: Report) => number) =>
  reports.reduce((total, report) => total + count(report), 0);
const passed = sum((report) => report.numPassedTests);
const skipped = sum((report) => report.numPendingTests + report.numTodoTests);
const broken = reports.filter(isBroken).length;
const failed = sum((report) => report.numFailedTests) + skipped + broken;
if (skipped > 0) process.stdout.write(`${skipped} skipped, counted as failed\n`);
if (broken > 0)
  process.stdout.write(`${broken} workspaces could not run all of their files, counted as failed\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = tests.status === 0 && failed === 0 && passed > 0 ? 0 : 1;

/** A file that could not even be loaded fails without a failed test. */
function isBroken(report: Report): boolean {
  return !report.success && report.numFailedTests === 0;
}
