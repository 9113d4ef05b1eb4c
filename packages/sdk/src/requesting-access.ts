import type { Http } from './http/http.ts';
import { pause } from './http/pause.ts';
import { pauseBefore } from './http/retry-policy.ts';
import { isJsonObject } from './json/json-value.ts';
import { CountersignError, isCountersignError, localProblem } from './problem.ts';
import type { AccessLevel, AccessRequest, AccessResource, AccessRoutes } from './routes/access.ts';
import { everyItem } from './routes/list.ts';

/** What is said with the request, and how long its answer is waited for. */
export interface RequestingAccessOptions {
  /** Asked for also where the resource is hidden, and a refusal says nothing of it. */
  readonly permission?: AccessLevel | undefined;
  readonly reason?: string | undefined;
  readonly capabilities?: readonly string[] | undefined;
  /** How long an answer is waited for; a minute where it is left out. The request goes on waiting after that. */
  readonly timeoutMs?: number | undefined;
  /** Aborting it ends the waiting, with code `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does something with a work intent or namespace. Where it is refused for want of access, asks for what it lacks, waits
 * until that is answered, and does it once more, whatever was answered. Where nobody answers in time it ends as it was refused.
 * A tool call that `guard` answers with `denied` for that reason is such a refusal; give it no key of its own.
 */
export type RequestingAccess = <Result>(
  resource: AccessResource,
  act: () => Promise<Result>,
  options?: RequestingAccessOptions,
) => Promise<Result>;

const DEFAULT_TIMEOUT_MS = 60_000;

/** Asks with the client's own principal. */
export function createRequestingAccess(http: Http, access: AccessRoutes): RequestingAccess {
  /** Whether what was asked is answered before the time is over. No id: something of the kind waited already. */
  const answered = async (
    resource: AccessResource,
    id: string | undefined,
    endsAt: number,
    signal: AbortSignal | undefined,
  ): Promise<boolean> => {
    for (let looks = 1; await isWaiting(access, resource, id, signal); looks += 1) {
      const left = endsAt - performance.now();
      if (left <= 0) return false;
      const rest = Math.min(pauseBefore(http.retry, looks, 0, Math.random()), left);
      if (!(await pause(rest, signal)))
        throw new CountersignError(localProblem('aborted', 'aborted while access was waited for'));
    }
    return true;
  };

  return async (resource, act, options = {}) => {
    const { permission, reason, capabilities, timeoutMs = DEFAULT_TIMEOUT_MS, signal } = options;
    const first = await settled(act());
    const lacking = lackOf(first, permission);
    if (lacking === null) return resultOf(first);
    const endsAt = performance.now() + timeoutMs;
    const asking = { requested_permission: lacking, reason, capabilities };
    const asked = await access.request(resource, asking, { signal }).catch((error: unknown) => {
      if (isCountersignError(error) && error.problem.code === 'already_exists') return undefined;
      throw error;
    });
    return (await answered(resource, asked?.id, endsAt, signal)) ? act() : resultOf(first);
  };
}

type Settled<Result> = { readonly value: Result } | { readonly thrown: unknown };

async function settled<Result>(work: Promise<Result>): Promise<Settled<Result>> {
  try {
    return { value: await work };
  } catch (thrown) {
    return { thrown };
  }
}

function resultOf<Result>(one: Settled<Result>): Result {
  if ('thrown' in one) throw one.thrown;
  return one.value;
}

/** The level that would have to be asked for; null where that is not what is missing. */
function lackOf(one: Settled<unknown>, permission: AccessLevel | undefined): AccessLevel | null {
  if ('value' in one) return isDeniedAccess(one.value) ? 'write' : null;
  if (!isCountersignError(one.thrown)) return null;
  const { code, required_permission, access_request_url } = one.thrown.problem;
  if (code === 'not_found') return permission ?? null;
  if (code !== 'forbidden' || access_request_url === undefined) return null;
  return permission ?? LEVELS.find((level) => level === required_permission) ?? null;
}

const LEVELS: readonly AccessLevel[] = ['read', 'write', 'admin'];

/** What `guard` answers of a call that names a work intent which its agent may not write on. */
function isDeniedAccess(value: unknown): boolean {
  if (!isJsonObject(value) || value.verdict !== 'denied' || !Array.isArray(value.reasons)) return false;
  return value.reasons.some((reason) => isJsonObject(reason) && reason.code === 'access_missing');
}

async function isWaiting(
  access: AccessRoutes,
  resource: AccessResource,
  id: string | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const isIt = (one: AccessRequest) =>
    id === undefined
      ? one.intent_id === resource.intent && one.namespace === resource.namespace
      : one.id === id;
  for await (const one of everyItem((page) => access.requests({ ...page, status: 'pending' }, { signal })))
    if (isIt(one)) return true;
  return false;
}
