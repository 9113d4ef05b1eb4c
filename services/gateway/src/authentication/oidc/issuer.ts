import type { Clock } from '@countersign/service';
import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { createDiscovery } from './discovery.ts';

/** An issuer of the tokens that people sign in with, and whom its tokens must be for. */
export interface IssuerSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Where its keys are; found by discovery where it is not given. */
  readonly jwksUrl: URL | null;
}

/** What a token claims that is the issuer's, `invalid` for any other, `unreachable` where nobody can say. */
export type VerifyToken = (token: string) => Promise<JWTPayload | 'invalid' | 'unreachable'>;

/** Asymmetric ones, all of them: a secret that is shared with the issuer is none of ours. */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
/** How far the issuer's clock may be from ours, in seconds. */
export const CLOCK_TOLERANCE_S = 30;
/** How long its keys are taken as they were fetched. */
export const KEYS_MAX_AGE_MS = 600_000;
/** Tokens of a key that is not known have the keys fetched again, not more often than this. */
export const KEYS_COOLDOWN_MS = 30_000;
const FETCH_TIMEOUT_MS = 5_000;

/**
 * Verifies tokens with the issuer's keys (JWKS), which are fetched when they are first needed and kept for a
 * while.
 */
export function createIssuer({ issuer, audience, jwksUrl }: IssuerSettings, clock: Clock): VerifyToken {
  const jwksUrlOf = jwksUrl ? async () => jwksUrl : createDiscovery(issuer, clock, FETCH_TIMEOUT_MS);
  let keys: { readonly url: string; readonly find: ReturnType<typeof createRemoteJWKSet> } | null = null;
  const keysAt = (url: URL) => {
    if (keys?.url !== url.href) {
      const options = {
        cacheMaxAge: KEYS_MAX_AGE_MS,
        cooldownDuration: KEYS_COOLDOWN_MS,
        timeoutDuration: FETCH_TIMEOUT_MS,
      };
      keys = { url: url.href, find: createRemoteJWKSet(url, options) };
    }
    return keys.find;
  };

  return async (token) => {
    // Nobody makes us ask the issuer about what does not even claim to be its own.
    if (!isWorthAsking(token, issuer)) return 'invalid';
    const url = await jwksUrlOf();
    if (url === null) return 'unreachable';
    try {
      const { payload } = await jwtVerify(token, keysAt(url), {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        requiredClaims: ['exp'],
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(clock.nowMs()),
      });
      return payload;
    } catch (error) {
      return isOfTheToken(error) ? 'invalid' : 'unreachable';
    }
  };
}

function isWorthAsking(token: string, issuer: string): boolean {
  try {
    return ALGORITHMS.includes(decodeProtectedHeader(token).alg ?? '') && decodeJwt(token).iss === issuer;
  } catch {
    return false;
  }
}

/** What says that the token is not good; anything else says that its keys could not be had. */
function isOfTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}
