import type { z } from 'zod';
import type { ClusterKey } from '../cluster-key/cluster-key.ts';
import { prove } from '../cluster-key/proof.ts';
import { openAnswer } from '../cluster-key/sealed-answer.ts';
import { codeOf, createAgent } from '../upstream.ts';

/** The other service gave no answer that can be trusted. Whether it did what was asked is not known. */
export interface Unreachable {
  readonly code: 'unreachable';
  readonly detail: string;
}

/** Asks one service of the cluster. Never rejects. */
export interface ClusterClient {
  /** The answer to a call, read by its schema. */
  ask<Answer>(path: string, body: object, answer: z.ZodType<Answer>): Promise<Answer | Unreachable>;
  /** Calls that are under way end as unreachable. */
  close(): Promise<void>;
}

/** Whom to call, with which key of the cluster. */
export interface ClusterClientOptions {
  readonly url: URL;
  readonly key: ClusterKey;
  readonly nowMs: () => number;
  /** Longest time of one call, waiting for a connection included. */
  readonly timeoutMs?: number;
}

/** Calls wait for each other no longer than whoever waits for them: a seal has to be made within a decision's time. */
export const CALL_TIMEOUT_MS = 2_000;
/** Connections to one service; they are kept. */
const CONNECTIONS = 16;
/** Largest answer, in bytes: a thousand keys with long names are below 1 MiB. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Connects at the first call and keeps its connections. */
export function createClusterClient(options: ClusterClientOptions): ClusterClient {
  const { url, key, nowMs, timeoutMs = CALL_TIMEOUT_MS } = options;
  const agent = createAgent({
    connections: CONNECTIONS,
    connect: { timeout: timeoutMs },
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  const call = async (path: string, body: Buffer): Promise<Buffer | Unreachable> => {
    const request = { method: 'POST', url: path } as const;
    const { authorization, nonce } = prove(key, request, body, nowMs());
    const response = await (await agent).request({
      origin: url.origin,
      path,
      method: request.method,
      headers: { authorization, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const bytes = Buffer.from(await response.body.arrayBuffer());
    if (response.statusCode !== 200) return unreachable(url, `it answered ${response.statusCode}`);
    return openAnswer(key, nonce, request, bytes) ?? unreachable(url, 'its answer is not of this cluster');
  };

  return {
    async ask(path, body, answer) {
      try {
        const bytes = await call(path, Buffer.from(JSON.stringify(body)));
        if ('code' in bytes) return bytes;
        const read = answer.safeParse(JSON.parse(bytes.toString()));
        return read.success ? read.data : unreachable(url, 'its answer is of another version');
      } catch (cause) {
        return unreachable(url, codeOf(cause));
      }
    },
    close: async () => (await agent).destroy(),
  };
}

function unreachable({ origin }: URL, why: string): Unreachable {
  return { code: 'unreachable', detail: `${origin} can not be reached: ${why}` };
}

/** Tells that nobody answered from what was answered. */
export function isUnreachable(value: unknown): value is Unreachable {
  return typeof value === 'object' && value !== null && 'code' in value && value.code === 'unreachable';
}
