import { CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-code.ts';
import { failureOf } from './failure.ts';
import { createProgram } from './program.ts';
import type { Io } from './terminal/io.ts';
import { printFailure } from './terminal/print-failure.ts';

/** Commander's way to say that it has shown what was asked for. */
const SHOWN: readonly string[] = ['commander.helpDisplayed', 'commander.version'];

/** Runs one command line, without the name of the program, and answers its exit code. Never rejects. */
export async function runCli(words: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = createProgram({
    io,
    exitWith(code) {
      exitCode = code;
    },
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError && SHOWN.includes(thrown.code)) return EXIT.ok;
    // Help that was asked for is an answer; help instead of a verb that is missing is not.
    if (thrown instanceof CommanderError && thrown.code === 'commander.help')
      return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const failure = failureOf(thrown);
    await printFailure(io, failure, words.includes('--json'));
    return failure.exitCode;
  }
}
