import type { Directory, PlanCatalog } from '@countersign/directory';
import type { Authenticate } from '@countersign/http';
import type { Clock } from '@countersign/service';
import type { AuthenticateKey } from './authenticate.ts';
import { createAuthenticateInvitation } from './authenticate-invitation.ts';
import { type ClaimSettings, createAuthenticatePerson } from './oidc/authenticate-person.ts';
import { createIssuer, type IssuerSettings } from './oidc/issuer.ts';

/** An issuer of people's tokens, and the claims that name them. */
export interface OidcSettings extends IssuerSettings {
  readonly claims: ClaimSettings;
}

/** Says who makes a request, by whatever they show: an invitation, a token of the issuer (if there is one), or a key. */
export function createAuthenticateRequest(deps: {
  readonly authenticateKey: AuthenticateKey;
  readonly directory: Directory;
  readonly plans: PlanCatalog;
  readonly clock: Clock;
  readonly oidc: OidcSettings | null;
}): Authenticate {
  const { authenticateKey, directory, plans, clock, oidc } = deps;
  const authenticateInvitation = createAuthenticateInvitation(directory);
  const authenticatePerson =
    oidc &&
    createAuthenticatePerson({ verify: createIssuer(oidc, clock), claims: oidc.claims, directory, plans });
  return (bearer, headers, target) => {
    const invited = authenticateInvitation(bearer, target);
    if (invited !== undefined) return invited;
    return authenticatePerson?.(bearer, headers, target) ?? authenticateKey(bearer, headers);
  };
}
