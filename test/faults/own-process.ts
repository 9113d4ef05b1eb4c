import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../services/standalone/src/main.ts', import.meta.url));

/** How an installation is run where it is not meant to live: cut off while it starts, under limits, on bad files. */
export interface OwnProcessOptions {
  readonly dataDirectory: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Commands of bash that run before it in the same process, such as `ulimit -f 4096`. */
  readonly before?: string;
  /** User and group to run as. */
  readonly uid?: number;
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
export function startOwnProcess({ dataDirectory, env = {}, before, uid }: OwnProcessOptions): OwnProcess {
  const [command, args] =
    before === undefined
      ? [process.execPath, [MAIN]]
      : ['bash', ['-c', `${before}; exec "$0" "$1"`, process.execPath, MAIN]];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
    env: {
      PATH: process.env.PATH,
      COUNTERSIGN_LOG_LEVEL: 'warn',
      ...env,
      COUNTERSIGN_HTTP_PORT: '0',
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
