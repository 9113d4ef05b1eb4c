import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { CLIENT_VARIABLES } from '../connection/settings.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wholeNumber } from '../input/option-values.ts';
import { type Run, verb } from '../session.ts';

interface StartOptions {
  readonly dataDir?: string;
  readonly port?: number;
}

/** Programs of this repository, from its root. They are started, not imported: a package knows no service. */
const PROGRAMS = {
  start: 'services/standalone/start.mjs',
  demo: 'examples/demo/main.ts',
  bench: 'test/benchmarks/main.ts',
} as const;

const ROOT = new URL('../../../../', import.meta.url);

/** `start|demo|bench`. */
export function addLaunchers(program: Command, run: Run): void {
  program
    .command('start')
    .description('start an installation in this process group: all services on the embedded store')
    .option(
      '--data-dir <directory>',
      'where it keeps everything; default COUNTERSIGN_DATA_DIR or .countersign',
    )
    .option('--port <port>', '0 takes any free one and prints it', wholeNumber)
    .action(
      verb<StartOptions, []>(run, async ({ io, exitWith }, { dataDir, port }) => {
        const settings = {
          ...(dataDir === undefined ? {} : { COUNTERSIGN_DATA_DIR: dataDir }),
          ...(port === undefined ? {} : { COUNTERSIGN_HTTP_PORT: String(port) }),
        };
        exitWith(await launch('start', [], { ...io.env, ...settings }));
      }),
    );
  program
    .command('demo')
    .description('show what Countersign does, on a temporary installation')
    .action(verb<object, []>(run, async ({ io, exitWith }) => exitWith(await launch('demo', [], io.env))));
  program
    .command('bench')
    .description('measure this machine: figures, floors and ratios')
    .argument('[arguments...]', 'passed on, such as --only calls')
    .allowUnknownOption()
    .action(
      verb<object, [readonly string[]]>(run, async ({ io, exitWith }, _options, words) =>
        exitWith(await launch('bench', words, io.env)),
      ),
    );
}

/** Node's flags of `npm start`, which bound its memory: started by this command it is no other program. */
function startFlags(): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  return scripts.start.match(/--\S+/g) ?? [];
}

/** Runs a program with our own streams until it ends. Signals reach it; what names a client does not. */
function launch(
  name: keyof typeof PROGRAMS,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<ExitCode> {
  const main = fileURLToPath(new URL(PROGRAMS[name], ROOT));
  const own = Object.fromEntries(
    Object.entries(env).filter(([variable]) => !CLIENT_VARIABLES.some((known) => known === variable)),
  );
  const flags = name === 'start' ? startFlags() : [];
  const child = spawn(process.execPath, [...flags, main, ...words], { stdio: 'inherit', env: own });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', pass).on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve(exitCodeOf(code));
    });
  });
}

/** Our programs end with codes of ours; anything else is unexpected. */
function exitCodeOf(code: number | null): ExitCode {
  return Object.values(EXIT).find((known) => known === code) ?? EXIT.unexpected;
}
