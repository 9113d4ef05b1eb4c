import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url));

/** A Python with a published client in it, or why it is not there. */
export type PythonWith =
  | { readonly missing: string }
  | {
      /** Runs a program; the answer is what it prints. */
      run(program: string, ...args: readonly string[]): Promise<string>;
      /** The same, read as JSON. */
      ask(program: string, ...args: readonly string[]): Promise<unknown>;
    };

/**
 * Fetches a client with pip into an environment of its own, once for all runs.
 * @param requirement name and version, such as `esdbclient==1.1.7`.
 */
export async function pythonWith(requirement: string): Promise<PythonWith> {
  const environment = `${CACHE}${requirement.replace('==', '-')}`;
  try {
    if (!existsSync(environment)) await fetchInto(environment, requirement);
  } catch (cause) {
    return { missing: cause instanceof Error ? cause.message : String(cause) };
  }
  const printed = async (program: string, ...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(`${environment}/bin/python`, [program, ...args], { timeout: 50_000 });
    return stdout;
  };
  return {
    run: printed,
    ask: async (program, ...args) => JSON.parse(await printed(program, ...args)),
  };
}

/** Gets its name only when it is whole; Python finds its packages by the place of its link, not by that name. */
async function fetchInto(environment: string, requirement: string): Promise<void> {
  const unfinished = `${environment}.${process.pid}`;
  await mkdir(CACHE, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    const install = ['-m', 'pip', 'install', '--quiet', requirement];
    await run(`${unfinished}/bin/python`, install, { timeout: 240_000 });
    await rename(unfinished, environment);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
