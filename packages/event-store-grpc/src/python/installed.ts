import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The official client for EventStoreDB, the version that the tests were written against. */
const PACKAGE = 'esdbclient==1.1.7';
const CACHE = fileURLToPath(new URL('../../../../node_modules/.cache/', import.meta.url));
const PROGRAM = fileURLToPath(new URL('./client.py', import.meta.url));

/** The Python client, or why it is not there. */
export type PythonClient =
  | { readonly missing: string }
  | { ask(uri: string, what: string): Promise<unknown> };

/** Fetches it with pip into an environment of its own, once for all runs. */
export async function installPythonClient(): Promise<PythonClient> {
  const environment = `${CACHE}${PACKAGE.replace('==', '-')}`;
  try {
    if (!existsSync(environment)) await fetchInto(environment);
  } catch (cause) {
    return { missing: cause instanceof Error ? cause.message : String(cause) };
  }
  return {
    async ask(uri, what) {
      const { stdout } = await run(`${environment}/bin/python`, [PROGRAM, uri, what], { timeout: 50_000 });
      return JSON.parse(stdout);
    },
  };
}

/** Gets its name only when it is whole; Python finds its packages by the place of its link, not by that name. */
async function fetchInto(environment: string): Promise<void> {
  const unfinished = `${environment}.${process.pid}`;
  await mkdir(CACHE, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    await run(`${unfinished}/bin/python`, ['-m', 'pip', 'install', '--quiet', PACKAGE], { timeout: 240_000 });
    await rename(unfinished, environment);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
