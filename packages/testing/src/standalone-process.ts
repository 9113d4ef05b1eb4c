import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How to start an installation for a test. */
export interface StandaloneOptions {
  /** Settings beside host, port and data directory, such as `COUNTERSIGN_PERMIT_TTL_MS`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default: a temporary one, which is gone when the process is. */
  readonly dataDirectory?: string | undefined;
}

/** A whole installation in a process of its own, on a port of its own. Its end ends with the scope that has it. */
export interface StandaloneProcess extends AsyncDisposable {
  readonly url: string;
  readonly ownerKey: string;
  readonly pid: number;
  readonly dataDirectory: string;
  /** What it wrote, logs and errors, the latest 64 Ki characters. */
  output(): string;
  /** Ends it in order, and answers its exit code. */
  stop(): Promise<number | null>;
  /** Ends it at once, as a power cut would (SIGKILL). */
  kill(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../../services/standalone/start.mjs', import.meta.url));
/** The flags of `npm start`: what is measured and tested is what users run. */
const FLAGS = ((manifest: { scripts: { start: string } }) => manifest.scripts.start.match(/--\S+/g) ?? [])(
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')),
);
const OUTPUT_CHARS = 64 * 1024;

/**
 * Starts an installation and resolves when it answers. Settings of the test's own environment do not reach it.
 *
 * @throws Error with what the process wrote, if it ends before it listens.
 */
export async function startStandalone({
  env = {},
  dataDirectory,
}: StandaloneOptions = {}): Promise<StandaloneProcess> {
  const directory = dataDirectory ?? (await mkdtemp(join(tmpdir(), 'countersign-')));
  const removeOwn = async (): Promise<void> => {
    if (dataDirectory === undefined) await rm(directory, { recursive: true, force: true });
  };
  const child = spawn(process.execPath, [...FLAGS, MAIN], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...withoutSettings(process.env),
      COUNTERSIGN_LOG_LEVEL: 'warn',
      // Several run at once: whoever wants the ledger served names a port.
      COUNTERSIGN_GRPC_PORT: '0',
      ...env,
      COUNTERSIGN_HTTP_PORT: '0',
      COUNTERSIGN_DATA_DIR: directory,
    },
  });
  // A test run that is cut short must not leave it behind.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    process.removeListener('exit', endWithUs);
    return code ?? null;
  });
  const output = collectOutput(child);
  const url = await Promise.race([output.address, ended.then(() => undefined)]);
  if (url === undefined) {
    await removeOwn();
    throw new Error(`the installation ended before it listened:\n${output.text()}`);
  }
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
    child.kill(signal);
    const code = await ended;
    await removeOwn();
    return code;
  };
  return {
    url,
    ownerKey: (await readFile(join(directory, 'owner.key'), 'utf8')).trim(),
    pid: child.pid!,
    dataDirectory: directory,
    output: output.text,
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
    [Symbol.asyncDispose]: async () => void (await end('SIGTERM')),
  };
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('COUNTERSIGN_')));
}

/** Keeps what a process writes, and finds the address that it prints. */
function collectOutput({ stdout, stderr }: ChildProcess) {
  let text = '';
  const address = new Promise<string>((resolve) => {
    const keep = (piece: string): void => {
      text = (text + piece).slice(-OUTPUT_CHARS);
      const [, found] = /^Countersign listens on (\S+)\n/m.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    };
    for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', keep);
  });
  return { address, text: () => text };
}
