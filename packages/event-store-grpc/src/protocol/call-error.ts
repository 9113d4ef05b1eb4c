import { Metadata, status } from '@grpc/grpc-js';

/** A refusal as clients understand it: a status, and for some a name and details in the trailers. */
export interface CallError {
  readonly code: status;
  readonly details: string;
  readonly metadata?: Metadata;
}

function withTrailers(code: status, details: string, trailers: Readonly<Record<string, string>>): CallError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return { code, details, metadata };
}

/** What was sent is wrong; the same again is wrong again. */
export const invalid = (details: string): CallError => ({ code: status.INVALID_ARGUMENT, details });

/** Not now; the same again may do. */
export const unavailable = (details: string): CallError => ({ code: status.UNAVAILABLE, details });

/** All clients show it as "access denied". */
export const denied = (details: string): CallError =>
  withTrailers(status.PERMISSION_DENIED, details, { exception: 'access-denied' });

/** No key, where one is needed. */
export const unauthenticated = (details: string): CallError => ({ code: status.UNAUTHENTICATED, details });

/** As EventStoreDB says it, so that clients give it their own name. @param limit bytes. */
export const appendTooLarge = (limit: number): CallError =>
  withTrailers(status.INVALID_ARGUMENT, `an append takes at most ${limit} bytes`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(limit),
  });

/** Tells a status from what a call was to give. */
export function isCallError(value: object): value is CallError {
  return 'code' in value && 'details' in value;
}
