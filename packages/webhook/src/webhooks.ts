import { lookup as resolve } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';

/** What is sent. */
export interface WebhookPost {
  /** JSON. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For everything: resolving, connecting, sending, and the whole answer. */
  readonly timeoutMs: number;
}

/** Why there is no body. After all but `forbidden_address` the other side may have acted. */
export type WebhookFailure = 'forbidden_address' | 'unreachable' | 'timeout' | 'too_large' | 'bad_status';

/** The body of a 2xx answer, or why there is none. */
export type WebhookAnswer = { readonly body: string } | { readonly failed: WebhookFailure };

/** Posts to addresses that somebody else has named. */
export interface Webhooks {
  post(url: string, post: WebhookPost): Promise<WebhookAnswer>;
}

/** Longest answer that is read. */
const MAX_ANSWER_BYTES = 65_536;

class ForbiddenAddress extends Error {}

/** Posts to public addresses, and to this machine where `loopback` says so. */
export function createWebhooks({ loopback }: { readonly loopback: boolean }): Webhooks {
  const mayReach = (address: string) => isPublicAddress(address) || (loopback && isLoopbackAddress(address));

  /** Resolves a name to addresses that may be reached; one that may not refuses the name. */
  const lookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return done(error ?? new Error('no address'), []);
      if (!addresses.every(({ address }) => mayReach(address)))
        return done(new ForbiddenAddress(hostname), []);
      if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };

  return {
    post(url, { body, headers, timeoutMs }) {
      const target = URL.parse(url);
      if (!target || !isAllowed(target, loopback, mayReach))
        return Promise.resolve({ failed: 'forbidden_address' });
      const send = target.protocol === 'https:' ? requestHttps : requestHttp;
      return new Promise((settle) => {
        const signal = AbortSignal.timeout(timeoutMs);
        const fail = (error: Error) => settle({ failed: failureOf(error, signal) });
        const request = send(
          target,
          {
            method: 'POST',
            agent: false,
            lookup,
            signal,
            headers: {
              ...headers,
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(body),
            },
          },
          (response) => readAnswer(response).then(settle, fail),
        );
        request.on('error', fail);
        request.end(body);
      });
    },
  };
}

/** A name is judged when it is resolved; an address, which nobody resolves, here. */
function isAllowed(target: URL, loopback: boolean, mayReach: (address: string) => boolean): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const isAddress = isIP(host) !== 0;
  if (isAddress && !mayReach(host)) return false;
  if (target.protocol === 'https:') return true;
  const isLocal = isAddress ? isLoopbackAddress(host) : host === 'localhost';
  return target.protocol === 'http:' && loopback && isLocal;
}

async function readAnswer(response: IncomingMessage): Promise<WebhookAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) return { failed: 'too_large' };
    chunks.push(chunk);
  }
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 299) return { failed: 'bad_status' };
  return { body: Buffer.concat(chunks).toString('utf8') };
}

function failureOf(error: Error, signal: AbortSignal): WebhookFailure {
  if (error instanceof ForbiddenAddress) return 'forbidden_address';
  return signal.aborted ? 'timeout' : 'unreachable';
}
