import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * Permit tokens: `csp_<call id>.<mac>`, derived from the authorizing event under a key of the installation. The same
 * on every retry, and in no event, log or topic.
 */
export interface PermitTokens {
  issue(callId: string, authorizingEventId: string): string;
  /** Constant-time. */
  matches(token: string, callId: string, authorizingEventId: string): boolean;
}

const PREFIX = 'csp_';

/** Tokens under a key of the installation (HMAC-SHA256). */
export function createPermitTokens(key: KeyObject): PermitTokens {
  const issue = (callId: string, eventId: string) =>
    `${PREFIX}${callId}.${createHmac('sha256', key).update(`${callId}.${eventId}`).digest('base64url')}`;
  return {
    issue,
    matches(token, callId, eventId) {
      const given = Buffer.from(token);
      const right = Buffer.from(issue(callId, eventId));
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}

/** The call that a token names, or `null` if it can't be a token. Says nothing about its truth. */
export function callIdOfToken(token: string): string | null {
  const match = /^csp_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[A-Za-z0-9_-]{43}$/.exec(token);
  return match?.[1] ?? null;
}
