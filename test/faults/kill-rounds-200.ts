import { temporaryDirectory } from '@countersign/testing';
import { runKillRounds } from './kill-rounds/rounds.ts';

/**
 * The full run: `node test/faults/kill-rounds-200.ts [seed]`. Progress on stderr, the report on stdout, exit code 1 if
 * any promise was broken. COUNTERSIGN_FAULT_ROUNDS changes the number of rounds.
 */
const rounds = Number(process.env.COUNTERSIGN_FAULT_ROUNDS ?? 200);
const seed = Number(process.argv[2] ?? 1);
const started = performance.now();

await using directory = await temporaryDirectory();
const report = await runKillRounds({
  rounds,
  seed,
  directory: directory.path,
  onRound: ({ rounds: done, answers, lost, complaints }) => {
    process.stderr.write(
      `round ${done}: ${answers} answers, ${lost} lost, ${complaints.length} complaints\n`,
    );
  },
});
const seconds = Math.round((performance.now() - started) / 1_000);
process.stdout.write(`${JSON.stringify({ seed, seconds, ...report }, null, 2)}\n`);
process.exitCode = report.complaints.length === 0 && report.held === report.quota ? 0 : 1;
