import type { HttpOptions } from './http/http.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './http/retry-policy.ts';
import { CountersignError, type FieldError, localProblem } from './problem.ts';

/** A client over HTTP: where the installation is, and with which key it is asked. */
export interface ConnectOptions {
  /** Address of the installation, such as `https://countersign.example`. */
  readonly url: string;
  /** `cs_…`. It is kept out of every error and of everything that could be printed. */
  readonly key: string;
  /** Default agent of `guard`. */
  readonly agentId?: string | undefined;
  /** Another organization than the key's; for the installation's owner. */
  readonly organization?: string | undefined;
  /** Default: the global one, looked up at each request. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** What is left out of it is as in the defaults: 5 attempts within 30 s, 10 s for each. */
  readonly retry?: Partial<RetryPolicy> | undefined;
}

/** @throws CountersignError naming every option that is wrong; the key is never part of it. */
export function checkConnectOptions(options: ConnectOptions): HttpOptions {
  const errors: FieldError[] = [];
  const wrong = (pointer: string, detail: string): void => void errors.push({ pointer, detail });
  const base = baseOf(options.url);
  if (base === undefined) wrong('/url', 'must be an http or https address without user, query and fragment');
  if (typeof options.key !== 'string' || !/^[A-Za-z0-9._~+/-]+=*$/.test(options.key)) {
    wrong('/key', 'must be a key as it was shown, without white space; trim what comes from a file');
  }
  const retry = { ...DEFAULT_RETRY_POLICY, ...options.retry };
  for (const [name, value] of Object.entries(retry)) {
    if (!Number.isSafeInteger(value) || value < (name === 'attempts' ? 1 : 0)) {
      wrong(`/retry/${name}`, 'must be a whole number, 0 or more; attempts 1 or more');
    }
  }
  if (typeof globalThis.crypto?.getRandomValues !== 'function') {
    wrong('', 'needs globalThis.crypto; in Node 18 set it to webcrypto of the crypto module first');
  }
  if (base === undefined || errors.length > 0) {
    throw new CountersignError(localProblem('invalid_request', 'the options of connect', { errors }));
  }
  return {
    base,
    key: options.key,
    organization: options.organization,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    retry,
  };
}

function baseOf(text: string): string | undefined {
  try {
    const { protocol, username, password, search, hash, origin, pathname } = new URL(text);
    const plain = username + password + search + hash === '' && ['http:', 'https:'].includes(protocol);
    return plain ? origin + pathname.replace(/\/+$/, '') : undefined;
  } catch {
    return undefined;
  }
}
