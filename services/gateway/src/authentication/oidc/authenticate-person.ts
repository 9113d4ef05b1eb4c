import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '@countersign/access';
import { ID_PATTERN, type Problem, problem } from '@countersign/contracts';
import {
  type Directory,
  FIRST_ORGANIZATION,
  hasFlag,
  ownsInstallation,
  type PlanCatalog,
} from '@countersign/directory';
import type { Authenticated, RequestTarget } from '@countersign/http';
import type { JWTPayload } from 'jose';
import { inNamedOrganization } from '../authenticate.ts';
import type { VerifyToken } from './issuer.ts';

/** Which claims say who somebody is, and of which organization; without the second all are of the first organization. */
export interface ClaimSettings {
  readonly user: string;
  readonly organization: string | null;
}

/** Says who signed in with a token of the issuer; `undefined` if the text is none, which may be another credential. */
export type AuthenticatePerson = (
  bearer: string,
  headers: IncomingHttpHeaders,
  target: RequestTarget,
) => Promise<Authenticated> | undefined;

const JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const UNREACHABLE = problem('unavailable', 'the issuer of the token can not be reached; repeat later');
const NO_MEMBER = problem('forbidden', 'who signed in is no user of the organization; ask to be invited');

function noSingleSignOn(organization: string): Problem {
  return problem(
    'forbidden',
    `the plan of ${organization} does not have the feature sso (its flag): show an API key`,
  );
}

/** People by their tokens: users of their organization, on plans with the flag `sso`. */
export function createAuthenticatePerson(deps: {
  readonly verify: VerifyToken;
  readonly claims: ClaimSettings;
  readonly directory: Directory;
  readonly plans: PlanCatalog;
}): AuthenticatePerson {
  const { verify, claims, directory } = deps;

  /** Whose id a claim is, if it is one. */
  const idIn = (payload: JWTPayload, claim: string): string | null => {
    const value = payload[claim];
    return typeof value === 'string' && ID_PATTERN.test(value) ? value : null;
  };

  const authenticate = async (
    bearer: string,
    headers: IncomingHttpHeaders,
    target: RequestTarget,
  ): Promise<Authenticated> => {
    const payload = await verify(bearer);
    if (payload === 'invalid') return null;
    if (payload === 'unreachable') return UNREACHABLE;
    const id = idIn(payload, claims.user);
    const organization =
      claims.organization === null ? FIRST_ORGANIZATION : idIn(payload, claims.organization);
    if (id === null || organization === null) {
      const claim = id === null ? claims.user : claims.organization;
      return problem('forbidden', `the claim ${claim} of the token is no id that Countersign has`);
    }
    if (!hasFlag(deps, organization, 'sso')) return noSingleSignOn(organization);
    const until = new Date((payload.exp ?? 0) * 1_000).toISOString();
    const person: Principal = { kind: 'user', id, organization, keyId: 'oidc', until };
    const user = directory.user(organization, id);
    if (user) {
      const owns = organization === FIRST_ORGANIZATION && ownsInstallation(user.data.roles);
      return inNamedOrganization(owns ? { ...person, installationOwner: true } : person, headers, directory);
    }
    return isAccepting(person, target) ? person : NO_MEMBER;
  };

  /** Who is invited may accept that, and nothing else. */
  const isAccepting = ({ organization, id }: Principal, { method, url }: RequestTarget): boolean => {
    const [, invitationId = ''] = /^\/v1\/invitations\/([^/]+)\/accept$/.exec(url) ?? [];
    const invitation = directory.invitation(invitationId);
    return method === 'POST' && invitation?.organization === organization && invitation.data.user_id === id;
  };

  return (bearer, headers, target) => (JWT.test(bearer) ? authenticate(bearer, headers, target) : undefined);
}
