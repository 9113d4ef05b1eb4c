import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';

/** A record of a topic that groups have put aside, and nobody has replayed since. */
export interface DeadLetter {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  /** Where it stands in its partition. */
  readonly offset: string;
  readonly key: string | null;
  readonly event_type: string | null;
  /** A refused one can be replayed; of a parked one the subject has to be released; an expired intent has become too old to be taken. */
  readonly state: 'refused' | 'parked' | 'expired';
  /** What to retry with `parked.retry`. */
  readonly parked_ids: readonly string[];
  readonly errors: readonly {
    readonly consumer: string;
    readonly code: string;
    readonly message: string;
    readonly attempts: number;
    readonly first_attempt_at: string;
    readonly last_attempt_at: string;
  }[];
}

/** With the record as it stood on its topic, in base64. */
export interface DeadLetterRecord extends DeadLetter {
  readonly record: {
    readonly key: string | null;
    readonly value: string | null;
    readonly headers: readonly { readonly name: string; readonly value: string }[];
  };
}

/** What became of a record: on its topic again, or as it was: its subject has to be released first (`parked`), or it is too old (`expired`). */
export interface DeadLetterRetryAnswer {
  readonly id: string;
  readonly state: 'replayed' | 'parked' | 'expired';
  /** Those of the same key before it counted. */
  readonly replayed: number;
  readonly parked_ids: readonly string[];
}

/** For operators of an installation on Kafka. Reading takes seconds. */
export interface DeadLetterRoutes {
  list(
    query?: ListQuery & { readonly topic?: string | undefined },
    options?: RequestOptions,
  ): Promise<Page<DeadLetter>>;
  get(id: string, options?: RequestOptions): Promise<DeadLetterRecord>;
  /** Puts the record on its topic again, behind those of its key before it. */
  retry(id: string, options?: RequestOptions): Promise<DeadLetterRetryAnswer>;
}

/** `client.deadLetters` over HTTP. */
export function deadLetterRoutes(http: Http): DeadLetterRoutes {
  return {
    list: (query = {}, options) => call(http, get('/v1/dead-letters', { ...query }, options)),
    get: async (id, options) => call(http, get(path`/v1/dead-letters/${id}`, {}, options)),
    retry: async (id, { signal } = {}) =>
      call(http, { method: 'POST', path: path`/v1/dead-letters/${id}/retry`, repeatable: false, signal }),
  };
}
