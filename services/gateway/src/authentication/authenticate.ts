import type { IncomingHttpHeaders } from 'node:http';
import { isSecretOf, type Principal, readApiKey } from '@countersign/access';
import { type Problem, problem } from '@countersign/contracts';
import {
  type Directory,
  FIRST_ORGANIZATION,
  isInstallationOwner,
  isKeyInForce,
  type Keys,
} from '@countersign/directory';
import type { Authenticated } from '@countersign/http';
import type { Clock } from '@countersign/service';

/** Who holds an API key, wherever it is shown. */
export type AuthenticateKey = (bearer: string, headers: IncomingHttpHeaders) => Authenticated;

/** Says who holds a key. Expired and revoked keys are nobody's. */
export function createAuthenticate(keys: Keys, directory: Directory, clock: Clock): AuthenticateKey {
  return (bearer, headers) => {
    const given = readApiKey(bearer);
    const key = given && keys.get(given.id);
    if (!given || !key || !isSecretOf(given.secret, key.data.hash)) return null;
    if (!isKeyInForce(key, clock.nowMs())) return null;
    const principal: Principal = {
      ...key.data.principal,
      organization: key.organization,
      keyId: key.id,
      ...(isInstallationOwner(key, directory) ? { installationOwner: true } : {}),
    };
    return inNamedOrganization(principal, headers, directory);
  };
}

/** The same, in the organization that the request names: the installation's owner may name any. */
export function inNamedOrganization(
  principal: Principal,
  headers: IncomingHttpHeaders,
  directory: Directory,
): Principal | Problem {
  const named = headers['countersign-organization'];
  if (named === undefined || named === principal.organization) return principal;
  if (!principal.installationOwner) {
    return problem('forbidden', "only the installation's owner may name another organization", {
      required_permission: 'manage_organizations',
    });
  }
  const organization = directory.organization(String(named));
  if (!organization) return problem('not_found', 'Countersign-Organization names no organization');
  return { ...principal, organization: organization.data.organization_id };
}

/** Who owns the installation and can say so, by a key in force; `besides`: without this user. */
export function reachableOwners(
  keys: Keys,
  directory: Directory,
  clock: Clock,
  besides?: string,
): readonly string[] {
  const owners = keys
    .list(FIRST_ORGANIZATION)
    .filter((key) => isKeyInForce(key, clock.nowMs()) && isInstallationOwner(key, directory))
    .map((key) => key.data.principal.id);
  return [...new Set(owners)].filter((id) => id !== besides);
}
