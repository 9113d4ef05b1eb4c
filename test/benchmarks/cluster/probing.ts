import { setTimeout as pause } from 'node:timers/promises';
import { setUp } from '../processes.ts';
import { organizations, type Product } from './product.ts';

/** Between two calls of one organization. */
const EVERY_MS = 100;
/** Longer than a call may take; a gateway that is gone does not answer. */
const SILENCE_MS = 5_000;

/** Calls of every organization, one at a time each, all the time. */
export interface Probing extends AsyncDisposable {
  /** Resolves when each organization has had a verdict on a call that it began after now; with what was wrong if some have none in time. */
  allDecided(withinMs: number): Promise<void>;
}

export function startProbing({ cluster, keys }: Product): Probing {
  const stopping = new AbortController();
  let decided: ((organization: string, begun: number) => void) | null = null;
  const failures = new Map<string, string>();
  const probe = async (organization: string, key: string) => {
    const call = setUp(cluster.url, key, organization, SILENCE_MS);
    while (!stopping.signal.aborted) {
      const begun = performance.now();
      await call('POST', '/v1/tool-calls', CALL).then(
        () => decided?.(organization, begun),
        (cause: Error) => failures.set(organization, cause.message),
      );
      await pause(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const probes = organizations.map((organization, index) => probe(organization, keys[index] ?? ''));
  return {
    async allDecided(withinMs) {
      const since = performance.now();
      const waiting = new Set(organizations);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      decided = (organization, begun) => {
        if (begun >= since && waiting.delete(organization) && waiting.size === 0) resolve();
      };
      const late = setTimeout(() => {
        const [organization = ''] = waiting;
        reject(
          new Error(
            `${waiting.size} organizations have no verdict: ${failures.get(organization) ?? 'no answer'}`,
          ),
        );
      }, withinMs);
      await promise.finally(() => clearTimeout(late));
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(probes);
    },
  };
}

const CALL = {
  agent_id: 'helper',
  tool_name: 'read-file',
  arguments: { path: '/srv/reports/2026/11/weekly.md', lines: 20 },
  reason: 'the weekly report is due and its figures have to be checked',
};
