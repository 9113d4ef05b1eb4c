import type { Readable } from 'node:stream';
import type { Agent } from 'undici';

/** An answer as it comes in: the body has yet to be read, or to be given up. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

/** A request to another service. */
export interface UpstreamRequest {
  readonly origin: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** Gives the request up, and its answer as far as it has not come. */
  readonly signal: AbortSignal;
}

/** Connections to the services behind this one; they are kept. */
export interface Upstream {
  /** Rejects if there is no answer. */
  request(request: UpstreamRequest): Promise<UpstreamAnswer>;
  close(): Promise<void>;
}

/** Longest time to connect, in ms: who does not answer by then is not there. */
const CONNECT_MS = 2_000;
/** Longest time until an answer begins, in ms: the longest wait that a route offers, and the work besides. */
const HEADERS_MS = 40_000;
/** Longest silence within an answer, in ms. Streams send a comment every 15 s, so that a dead one is told from a quiet one. */
const SILENCE_MS = 45_000;

/** Connections to other services. The client is loaded by whoever has such: a process that has none is smaller without. */
export async function createAgent(options: Agent.Options): Promise<Agent> {
  const { Agent } = await import('undici');
  return new Agent(options);
}

/** Keeps connections to the services that requests are forwarded to. */
export function createUpstream(): Upstream {
  const agent = createAgent({
    connect: { timeout: CONNECT_MS },
    headersTimeout: HEADERS_MS,
    bodyTimeout: SILENCE_MS,
  });
  return {
    async request({ origin, url, method, headers, body, signal }) {
      const answer = await (await agent).request({ origin, path: url, method, headers, body, signal });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    },
    close: async () => (await agent).destroy(),
  };
}

/** Whether a request that was not answered did not arrive either: there was no connection. */
export function isNotSent(cause: unknown): boolean {
  return NOT_SENT.has(codeOf(cause));
}

/** The code of why there was no answer; messages may hold what was sent. */
export function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

const NOT_SENT = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
