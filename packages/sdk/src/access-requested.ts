import type { EventQuery } from './events/event-query.ts';
import { followEvents } from './events/stream.ts';
import type { Http } from './http/http.ts';
import { pause } from './http/pause.ts';
import { pauseBefore } from './http/retry-policy.ts';
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
  /** Told of what the handler threw, of answers that could not be given, and of looks that failed and are repeated. */
  readonly onError?: ((error: unknown, request: AccessRequest | null) => void) | undefined;
}

/** Resolves when the signal has ended it; rejects with what no reconnecting can mend. */
export type OnAccessRequested = (
  handler: AccessRequestedHandler,
  options?: AccessRequestedOptions,
) => Promise<void>;

const OPENED: EventQuery = { types: ['accessrequest.opened'] };

/**
 * Shows each request that waits, and that this principal may decide, to the handler once, and answers as the handler
 * says, with the principal's own rights. What is deferred is left to others.
 *
 * The event stream says when to look: once where it begins, so that nothing is missed that waited before, and then with each
 * request that is opened, also after reconnecting.
 */
export function createOnAccessRequested(http: Http, access: AccessRoutes): OnAccessRequested {
  return async (handler, { signal, onError = () => {} } = {}) => {
    /** Requests that have been shown and still wait. */
    let shown = new Set<string>();
    const handle = async (request: AccessRequest): Promise<void> => {
      const answer = await handler(request);
      const { decision, ...terms } = typeof answer === 'string' ? { decision: answer } : answer;
      if (decision === 'approve') await access.approve(request, terms, { signal });
      else if (decision === 'deny') await access.deny(request, terms, { signal });
    };
    const isEnded = (): boolean => signal?.aborted === true;
    const look = async (): Promise<void> => {
      const waiting = await pending(access, signal);
      shown = new Set(waiting.map(({ id }) => id).filter((id) => shown.has(id)));
      for (const request of waiting) {
        if (shown.has(request.id) || isEnded()) continue;
        shown.add(request.id);
        await handle(request).catch((error: unknown) => {
          if (!isOthers(error) && !isEnded()) onError(error, request);
        });
      }
    };
    /** No event will say again that there is something to see. */
    const lookUntilSeen = async (): Promise<void> => {
      for (let failures = 1; !isEnded(); failures += 1) {
        try {
          return await look();
        } catch (error) {
          if (isEnded()) return;
          onError(error, null);
          await pause(pauseBefore(http.retry, failures, 0, Math.random()), signal);
        }
      }
    };
    for await (const _ of followEvents(http, OPENED, signal)) await lookUntilSeen();
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
