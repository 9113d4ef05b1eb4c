import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../services/standalone/start.mjs', import.meta.url));

/** How an installation is run where it is not meant to live: cut off while it starts, under limits, on bad files. */
export interface OwnProcessOptions {
  readonly dataDirectory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A command that takes the installation's as its last arguments and becomes it, such as `setpriv`. */
  readonly through?: readonly string[];
}

/** Runs it under a limit of the size of every file that it writes, as a small disk of its own. */
export function fileLimit(kibibytes: number): readonly string[] {
  return ['bash', '-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash'];
}

/** Runs it with the rights of file modes: root has to give up what sets it above them. */
export function boundByModes(): readonly string[] {
  return process.getuid?.() === 0
    ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--']
    : [];
}

export interface OwnProcess {
  readonly child: ChildProcess;
  /** What it wrote so far. */
  output(): string;
  /** The address once it listens; `null` if it ends before. */
  readonly address: Promise<string | null>;
  readonly ended: Promise<number | null>;
}

/** Starts an installation and leaves its end to the caller. A test run that is cut short takes it along. */
export function startOwnProcess({ dataDirectory, env = {}, through = [] }: OwnProcessOptions): OwnProcess {
  const [command = process.execPath, ...args] = [...through, process.execPath, MAIN];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      COUNTERSIGN_LOG_LEVEL: 'warn',
      COUNTERSIGN_HTTP_PORT: '0',
      COUNTERSIGN_GRPC_PORT: '0',
      ...env,
      COUNTERSIGN_DATA_DIR: dataDirectory,
    },
  });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    process.removeListener('exit', endWithUs);
    return code ?? null;
  });
  let text = '';
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        const [, url] = /^Countersign listens on (\S+)\n/m.exec(text) ?? [];
        if (url !== undefined) resolve(url);
      });
    }
  });
  return { child, output: () => text, address: Promise.race([listening, ended.then(() => null)]), ended };
}

/** Starts an installation and kills it after so many milliseconds, whatever it is doing then. */
export async function crashWhileStarting(dataDirectory: string, afterMs: number): Promise<void> {
  const { child, ended } = startOwnProcess({ dataDirectory });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  await ended;
  clearTimeout(timer);
}
