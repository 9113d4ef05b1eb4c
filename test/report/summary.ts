import { globSync, readFileSync } from 'node:fs';

/** What vitest's JSON reporter writes, as far as it is counted here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
}

/**
 * Adds up the reports of all workspaces, those that turbo took from its cache included, and ends with the count. A
 * skipped test is a failure: nothing is left out silently.
 */
const files = globSync([
  'packages/*/reports/vitest.json',
  'services/*/reports/vitest.json',
  '{test,examples}/reports/vitest.json',
]);
const reports = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
const sum = (count: (report: Report) => number) =>
  reports.reduce((total, report) => total + count(report), 0);

const passed = sum((report) => report.numPassedTests);
const skipped = sum((report) => report.numPendingTests + report.numTodoTests);
const failed = sum((report) => report.numFailedTests) + skipped + reports.filter(broken).length;
if (skipped > 0) process.stdout.write(`${skipped} skipped, counted as failed\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** A file that could not even be loaded fails without a failed test. */
function broken(report: Report): boolean {
  return !report.success && report.numFailedTests === 0;
}
