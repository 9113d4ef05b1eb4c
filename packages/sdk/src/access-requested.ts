import { pause } from './http/pause.ts';
import { isCountersignError } from './problem.ts';
import type { AccessLevel, AccessRequest, AccessRoutes } from './routes/access.ts';

/** What a handler says of a request: a word, or an answer with less than was asked, an end, a reason. */
export type AccessAnswer =
  | 'approve'
  | 'deny'
  | 'defer'
  | {
      readonly decision: 'approve';
      readonly permission?: AccessLevel | undefined;
      readonly expires_at?: string | undefined;
      readonly reason?: string | undefined;
    }
  | { readonly decision: 'deny'; readonly reason?: string | undefined }
  | { readonly decision: 'defer' };

/** Looks at a request for access that the client's principal may decide. What it throws defers, and is told. */
export type AccessRequestedHandler = (request: AccessRequest) => AccessAnswer | Promise<AccessAnswer>;

/** How `onAccessRequested` looks, and when it ends. */
export interface AccessRequestedOptions {
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Between two looks, in ms; 2,000 where it is left out. */
  readonly intervalMs?: number | undefined;
  /** Told of what the handler threw, and of answers that could not be given. */
  readonly onError?: ((error: unknown, request: AccessRequest | null) => void) | undefined;
}

/** Resolves when the signal has ended it. */
export type OnAccessRequested = (
  handler: AccessRequestedHandler,
  options?: AccessRequestedOptions,
) => Promise<void>;

const INTERVAL_MS = 2_000;

/**
 * Shows each request that waits, and that this principal may decide, to the handler once, and answers as the handler
 * says, with the principal's own rights. What is deferred is left to others.
 */
export function createOnAccessRequested(access: AccessRoutes): OnAccessRequested {
  return async (handler, { signal, intervalMs = INTERVAL_MS, onError = () => {} } = {}) => {
    /** Requests that have been shown and still wait. */
    let shown = new Set<string>();
    const handle = async (request: AccessRequest): Promise<void> => {
      const answer = await handler(request);
      const { decision, ...terms } = typeof answer === 'string' ? { decision: answer } : answer;
      if (decision === 'approve') await access.approve(request, terms, { signal });
      else if (decision === 'deny') await access.deny(request, terms, { signal });
    };
    const isEnded = (): boolean => signal?.aborted === true;
    while (!isEnded()) {
      try {
        const waiting = await pending(access, signal);
        shown = new Set(waiting.map(({ id }) => id).filter((id) => shown.has(id)));
        for (const request of waiting) {
          if (shown.has(request.id)) continue;
          shown.add(request.id);
          await handle(request).catch((error: unknown) => {
            if (!isOthers(error)) onError(error, request);
          });
        }
      } catch (error) {
        if (!isEnded()) onError(error, null);
      }
      await pause(intervalMs, signal);
    }
  };
}

async function pending(
  access: AccessRoutes,
  signal: AbortSignal | undefined,
): Promise<readonly AccessRequest[]> {
  const found: AccessRequest[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const page = await access.requests({ status: 'pending', after }, { signal });
    found.push(...page.items);
    after = page.next;
  }
  return found;
}

/** Somebody else was faster, or it is this principal's own request: nothing is wrong. */
function isOthers(error: unknown): boolean {
  return isCountersignError(error) && OTHERS.has(error.problem.code);
}

const OTHERS: ReadonlySet<string> = new Set(['self_approval', 'already_decided', 'expired']);
