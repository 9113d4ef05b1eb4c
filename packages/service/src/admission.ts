import type { Gauge, Principal, ThrottleCategory } from '@countersign/access';
import { type Problem, problem } from '@countersign/contracts';

/** Position of the last control event that the asker knows of: whoever answers waits until it knows as much, plans included. */
export type Known = number;

/** A request before it acts: what it is to throttles, and what it uses up by being answered. */
export interface RequestAsk {
  readonly by: Pick<Principal, 'kind' | 'id' | 'organization'>;
  /** null: nothing throttles it here. */
  readonly traffic: {
    readonly categories: readonly ThrottleCategory[];
    readonly method: string;
    readonly path: string;
  } | null;
  readonly amounts: readonly { readonly key: string; readonly amount: number }[];
  /** The project of what it is about; absent: that of no project. */
  readonly project?: string;
  readonly known?: Known;
}

/** Something that takes a place in a gauge of its organization as long as it exists, before it does. */
export interface PlaceAsk {
  readonly organization: string;
  readonly gauge: Gauge;
  /** Its id: the same whenever it is asked for. */
  readonly subject: string;
  readonly project?: string;
  /** The user that it belongs to; absent for what is a user itself. */
  readonly user?: string;
  readonly known?: Known;
}

/** `rate`: what is left of the narrowest throttle that covers the request; null where none does. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly rate: { readonly limit: number; readonly remaining: number } | null;
}

/** What is longest in the way. A refused request has changed no meter and no bucket. */
export interface Refused {
  readonly kind: 'refused';
  readonly by:
    | { readonly kind: 'throttle'; readonly throttle: string }
    | { readonly kind: 'counter' | 'gauge'; readonly key: string; readonly scope: string | null };
  readonly limit: number;
  readonly used: number;
  readonly retryAfterMs: number | null;
}

/** Nobody could say. What can't be asked is not admitted. */
export interface NotAsked {
  readonly kind: 'unavailable';
  readonly detail: string;
}

/** Only `admitted` lets anything be. */
export type AdmissionAnswer = Admitted | Refused | NotAsked;

/**
 * The one question that a service asks another and waits for: may this be, before it is. Answered by the service that
 * counts, in its own books, so that the answer is exact under any number of askers.
 */
export interface Admission {
  /** Charges what a request takes, everything or nothing, for good. At once where the plan limits nothing of it. */
  request(ask: RequestAsk): AdmissionAnswer | Promise<AdmissionAnswer>;
  /**
   * Holds a place until the event that takes it is there, or for a minute. Asked again for the same subject it is the same
   * place; the event that ends the subject gives it back.
   */
  place(ask: PlaceAsk): AdmissionAnswer | Promise<AdmissionAnswer>;
  /** Resolves when answers know the plans up to this position; `false` where nobody could be asked. */
  reached(position: number): Promise<boolean>;
}

/** A refusal as callers get it: 429 for what comes back with time, 403 for what does not. */
export function admissionProblem(answer: Refused | NotAsked): Problem {
  if (answer.kind === 'unavailable') {
    return problem('unavailable', `quotas can not be checked now: ${answer.detail}`);
  }
  const { by, limit, used, retryAfterMs: retry_after_ms } = answer;
  if (by.kind === 'throttle') {
    const detail = `throttle ${by.throttle} lets ${limit} requests through at once; more come back with time`;
    return problem('throttled', detail, { throttle: by.throttle, limit, used, retry_after_ms });
  }
  const { key } = by;
  const scope = by.scope === null ? {} : { scope: by.scope };
  const detail =
    by.scope === null
      ? `the plan does not include ${key}`
      : `${key} of ${by.scope} is at ${used} of ${limit}: too little is left for this`;
  return by.kind === 'gauge'
    ? problem('forbidden', detail, { meter: key, ...scope, limit, used })
    : problem('over_quota', detail, { meter: key, ...scope, limit, used, retry_after_ms });
}
