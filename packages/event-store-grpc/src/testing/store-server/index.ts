import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where a server of its own process keeps its ledger, and where it listens. */
export interface StoreServerOptions {
  /** Where the ledger lies; kept when the server ends. */
  readonly directory: string;
  /** Default: any free one. The same again where clients are to find a server that was killed. */
  readonly port?: number;
}

/** A store server in a process of its own, on the loopback address, for anybody of this machine. */
export interface StoreServer extends AsyncDisposable {
  /** As `COUNTERSIGN_EVENTSTORE_URL` takes it. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it at once, as a power cut would (SIGKILL). */
  kill(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/**
 * Starts one and resolves when it answers.
 *
 * @throws Error with what it wrote, if it ends before.
 */
export async function startStoreServer({ directory, port = 0 }: StoreServerOptions): Promise<StoreServer> {
  const child = spawn(process.execPath, [MAIN, directory, String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test run that is cut short must not leave it behind.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = once(child, 'close').finally(() => process.removeListener('exit', endWithUs));
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    words = (words + piece).slice(-4_096);
  });
  const [url] = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    ended.then(() => [undefined]),
  ]);
  if (url === undefined) throw new Error(`the store server ended before it answered:\n${words}`);
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid!,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  };
}
