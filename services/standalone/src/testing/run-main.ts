import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** How a start in a process of its own ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts with these settings alone, and resolves when the process has ended by itself. */
export async function runMain(settings: Readonly<Record<string, string>>): Promise<Ended> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [MAIN], { env: { PATH, ...settings } });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  process.removeListener('exit', endWithUs);
  return { code, ...written };
}
