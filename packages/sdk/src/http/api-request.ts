import type { JsonObject } from '../json/json-value.ts';

/** One request to the HTTP interface, before it is sent for the first time. */
export interface ApiRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Made by `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether sending it twice does no more than sending it once, so that it may be sent again after no answer. */
  readonly repeatable: boolean;
  /** At most so many attempts, where the policy has more. */
  readonly attempts?: number;
  /** How long the server was asked to hold the answer back; added to the time-out of an attempt. Milliseconds. */
  readonly heldMs?: number;
  /** Cuts the attempt that is under way, and ends the retries. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the retries, but lets the attempt that is under way finish. */
  readonly lastAttempt?: AbortSignal | undefined;
}

/** What every method takes beside its own parameters. */
export interface RequestOptions {
  /** Aborting it makes the method reject with code `aborted`. */
  readonly signal?: AbortSignal | undefined;
}
