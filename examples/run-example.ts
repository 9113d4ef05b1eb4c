import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** How an example ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts an example as a user would, as a process of its own; only these variables of Countersign reach it. */
export function startExample(
  file: string,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(COUNTERSIGN_|FORCE_COLOR)/.test(name));
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
  });
  // A test that fails must not leave it behind.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('close', () => process.removeListener('exit', endWithUs));
  return child;
}

/** Runs an example until it ends. */
export async function runExample(...parameters: Parameters<typeof startExample>): Promise<Ran> {
  const child = startExample(...parameters);
  const [stdout, stderr] = [collect(child.stdout!), collect(child.stderr!)];
  const [code] = await once(child, 'close');
  return { code, stdout: stdout(), stderr: stderr() };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let collected = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    collected += text;
  });
  return () => collected;
}
