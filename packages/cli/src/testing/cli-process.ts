import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ran } from './terminal.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Starts the command as a process of its own; only these variables of Countersign reach it. */
export function startProcess(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): ChildProcess {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(COUNTERSIGN_|NO_COLOR|FORCE_COLOR)/.test(name),
  );
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(own), ...env },
    cwd,
  });
  // A test that fails must not leave it behind.
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('close', () => process.removeListener('exit', endWithUs));
  return child;
}

/** Runs the command as a process of its own until it ends. */
export async function runProcess(...parameters: Parameters<typeof startProcess>): Promise<Ran> {
  const child = startProcess(...parameters);
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
