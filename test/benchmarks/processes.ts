import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StandaloneProcess } from '@countersign/testing';

export interface LoadResult {
  readonly count: number;
  readonly failed: number;
  /** What the first that failed was answered; empty if none did. */
  readonly firstFailure: string;
  readonly perSecond: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
  readonly count?: number;
  readonly mode?: 'call' | 'whole';
  /** Ends it early, without a result. */
  readonly signal?: AbortSignal;
}

const CLIENT = fileURLToPath(new URL('./load-client.ts', import.meta.url));
const ECHO = fileURLToPath(new URL('./echo-server.ts', import.meta.url));

/** Runs the load generator against a server; with several keys, each call has the next one. */
export async function load(
  url: string,
  keys: string | readonly string[],
  options: Load,
): Promise<LoadResult> {
  const { connections, seconds, count = 1_000_000_000, mode = 'call', signal } = options;
  const named = { url, keys, connections, seconds, count, mode };
  const args = Object.entries(named).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT, ...args], { signal });
  return JSON.parse(stdout);
}

/** Starts the echo: bare Fastify and zod. */
export async function startEcho(): Promise<{ url: string; stop(): void }> {
  const { line, stop } = await startProgram(ECHO, []);
  return { url: line, stop: () => void stop() };
}

/** A program of the benchmarks that runs until it is stopped. */
export interface Program {
  /** What it wrote when it was ready. */
  readonly line: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts one and resolves when it has written its line. It ends with this process, however that ends. */
export async function startProgram(
  file: string,
  args: readonly string[],
  flags: readonly string[] = [],
): Promise<Program> {
  const child = spawn(process.execPath, [...flags, file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const ended = once(child, 'close').finally(() => process.removeListener('exit', endWithUs));
  const [line] = await Promise.race([
    once(createInterface(child.stdout), 'line') as Promise<[string]>,
    ended.then(() => [undefined]),
  ]);
  if (line === undefined) throw new Error(`${file} ended before it was ready`);
  return {
    line,
    pid: child.pid!,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** Largest and present resident memory of a process, in MB. */
export function residentMb({ pid }: Pick<StandaloneProcess, 'pid'>): {
  readonly peak: number;
  readonly now: number;
} {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024);
  return { peak: of('VmHWM'), now: of('VmRSS') };
}

/** Calls with the owner's key; throws for anything but success, because a benchmark has nothing to measure then. */
export function setUp(
  url: string,
  key: string,
  organization = 'default',
  silenceMs = SILENCE_MS,
): (method: string, path: string, body: object) => Promise<{ key?: string; id?: string; state?: string }> {
  return async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'countersign-organization': organization,
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(silenceMs),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
}

/** Far beyond what a request may take. */
const SILENCE_MS = 20_000;

/** One strict counter and one throttle in force that refuse nothing here. */
export const BENCH_PLANS = JSON.stringify({
  bench: {
    counters: { tool_calls: { limit: 1_000_000_000, strict: true, period: 'monthly' } },
    throttles: [
      { mode: 'include', categories: ['tool_calls'], bucket: { capacity: 1_000_000, rate: 60_000_000 } },
    ],
  },
});

/** Registers what the load generator calls; answers the agent's key. */
export async function register(
  { url, ownerKey }: Pick<StandaloneProcess, 'url' | 'ownerKey'>,
  organization = 'default',
): Promise<string> {
  const call = setUp(url, ownerKey, organization);
  if (organization === 'default') await call('PUT', '/v1/organizations/default/plan', { plan: 'bench' });
  else await setUp(url, ownerKey)('POST', '/v1/organizations', { id: organization, plan: 'bench' });
  await call('PUT', '/v1/users/alice', { roles: [] });
  await call('PUT', '/v1/agents/helper', { owner: 'alice' });
  await call('PUT', '/v1/tools/read-file', {
    description: 'Reads a file',
    action: 'read',
    input_schema: {
      type: 'object',
      properties: { path: { type: 'string' }, lines: { type: 'integer' } },
      required: ['path'],
      additionalProperties: false,
    },
  });
  const { key } = await call('POST', '/v1/keys', { principal: { kind: 'agent', id: 'helper' } });
  return key ?? '';
}
