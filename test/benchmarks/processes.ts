import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { StandaloneProcess } from '@countersign/testing';

export interface LoadResult {
  readonly count: number;
  readonly failed: number;
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
}

const CLIENT = fileURLToPath(new URL('./load-client.ts', import.meta.url));
const ECHO = fileURLToPath(new URL('./echo-server.ts', import.meta.url));

/** Runs the load generator against a server. */
export async function load(url: string, key: string, options: Load): Promise<LoadResult> {
  const { connections, seconds, count = 1_000_000_000, mode = 'call' } = options;
  const named = { url, key, connections, seconds, count, mode };
  const args = Object.entries(named).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT, ...args]);
  return JSON.parse(stdout);
}

/** Starts the echo: bare Fastify and zod. */
export async function startEcho(): Promise<{ url: string; stop(): void }> {
  const child = spawn(process.execPath, [ECHO], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve) => {
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().trim()));
  });
  return { url, stop: () => void child.kill() };
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
): (method: string, path: string, body: object) => Promise<{ key?: string }> {
  return async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
}

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
export async function register({
  url,
  ownerKey,
}: Pick<StandaloneProcess, 'url' | 'ownerKey'>): Promise<string> {
  const call = setUp(url, ownerKey);
  await call('PUT', '/v1/organizations/default/plan', { plan: 'bench' });
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
