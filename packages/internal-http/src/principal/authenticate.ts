import type { KeyObject } from 'node:crypto';
import type { Principal } from '@countersign/access';
import type { Authenticate, RequestTarget } from '@countersign/http';
import { signPrincipal, verifyPrincipal } from './signed-principal.ts';

/** Says for the gateway who asks, of a service that accepts nothing else. */
export type SignFor = (principal: Principal, service: string, target: RequestTarget) => string;

/** Signs with the gateway's key, each for one request. */
export function createSigner(privateKey: KeyObject, nowMs: () => number): SignFor {
  return (principal, service, target) => signPrincipal({ principal, service, target }, privateKey, nowMs());
}

/** Who may ask a service: whom the gateway has authenticated and signed for. API keys are good for nobody here. */
export function createAuthenticateSigned(options: {
  readonly service: string;
  readonly publicKey: KeyObject;
  readonly nowMs: () => number;
}): Authenticate {
  const { service, publicKey, nowMs } = options;
  return (bearer, _headers, { method, url }) =>
    verifyPrincipal(bearer, { service, target: { method, url } }, publicKey, nowMs());
}
