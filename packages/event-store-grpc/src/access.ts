import type { Metadata } from '@grpc/grpc-js';
import { type CallError, denied, unauthenticated, unavailable } from './protocol/call-error.ts';

/** What a caller may do beside reading. */
export interface Access {
  /** Also needs a server that is not read-only. */
  readonly append: boolean;
}

/** What is read, for the record: a stream or (`null`) everything, from where, live or once. */
export interface Reading {
  readonly stream: string | null;
  readonly from: string;
  readonly live: boolean;
}

/** Who may call, and the record of what was read. */
export interface Callers<Caller extends Access> {
  /**
   * Who holds the key; `null` if nobody, or nobody who may read; `not-yet` while that is not known. `key` is `null` where
   * none was sent.
   */
  authenticate(key: string | null): Caller | null | 'not-yet';
  /** Called before anything is handed out; `false`: it could not be recorded, so nothing is. */
  opened?(caller: Caller, reading: Reading): Promise<boolean>;
  /** Called for every reading that was opened; the server's end waits for it. */
  closed?(caller: Caller, reading: Reading, sent: number): Promise<unknown>;
}

/**
 * The key in the `authorization` of a call: the password of Basic, which is all that most official clients can send (the
 * user name is not looked at), or a Bearer token.
 */
export function keyOf(metadata: Metadata): string | null {
  const [header] = metadata.get('authorization');
  const [, scheme, value] = /^(basic|bearer) +(\S+)$/i.exec(String(header ?? '')) ?? [];
  if (scheme === undefined || value === undefined) return null;
  if (scheme.toLowerCase() === 'bearer') return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

/** Who calls, or the status that the call ends with. */
export function callerOf<Caller extends Access>(
  callers: Callers<Caller>,
  metadata: Metadata,
): Caller | CallError {
  const key = keyOf(metadata);
  const caller = callers.authenticate(key);
  if (caller === 'not-yet') return unavailable('the keys are not known yet; repeat later');
  if (caller) return caller;
  return key === null
    ? unauthenticated('no key was sent: connect with TLS and give the key as the password')
    : denied('the key is unknown or revoked, or does not read this ledger');
}
