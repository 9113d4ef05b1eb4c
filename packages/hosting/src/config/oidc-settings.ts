import type { ConfigError } from './read-settings.ts';

/** Whose tokens people sign in with, and which claims name them. */
export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** null: found by discovery. */
  readonly jwksUrl: URL | null;
  readonly claims: { readonly user: string; readonly organization: string | null };
}

type Variables = { readonly [Name in `COUNTERSIGN_OIDC_${Suffix}`]?: string | undefined };
type Suffix = 'ISSUER' | 'AUDIENCE' | 'JWKS_URL' | 'USER_CLAIM' | 'ORGANIZATION_CLAIM';

/** `oidc` null where nothing of it is set. */
export type ReadOidc =
  | { readonly ok: true; readonly oidc: OidcSettings | null }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);
const SECURE = 'must be an https address; http is for issuers on this machine alone';

/** Reads whose tokens are taken: none without an issuer, and an issuer is nothing without an audience. */
export function readOidcSettings(variables: Variables): ReadOidc {
  const {
    COUNTERSIGN_OIDC_ISSUER: issuer,
    COUNTERSIGN_OIDC_AUDIENCE: audience,
    COUNTERSIGN_OIDC_JWKS_URL: jwks,
    COUNTERSIGN_OIDC_USER_CLAIM: user = 'sub',
    COUNTERSIGN_OIDC_ORGANIZATION_CLAIM: organization = null,
  } = variables;
  const errors = [
    ...insecure('COUNTERSIGN_OIDC_ISSUER', issuer),
    ...insecure('COUNTERSIGN_OIDC_JWKS_URL', jwks),
  ];
  if (issuer === undefined) {
    const given = Object.keys(variables).filter(
      (name) => name.startsWith('COUNTERSIGN_OIDC_') && variables[name as keyof Variables] !== undefined,
    );
    const detail = 'needs COUNTERSIGN_OIDC_ISSUER beside it';
    return given.length === 0
      ? { ok: true, oidc: null }
      : { ok: false, errors: [...given.map((name) => ({ name, detail })), ...errors] };
  }
  if (audience === undefined) {
    const detail = 'must name whom the tokens are for: without it any token of the issuer would do';
    return { ok: false, errors: [...errors, { name: 'COUNTERSIGN_OIDC_AUDIENCE', detail }] };
  }
  if (errors.length > 0) return { ok: false, errors };
  const jwksUrl = jwks === undefined ? null : new URL(jwks);
  return { ok: true, oidc: { issuer, audience, jwksUrl, claims: { user, organization } } };
}

function insecure(name: string, address: string | undefined): readonly ConfigError[] {
  return address === undefined || isSecure(address) ? [] : [{ name, detail: SECURE }];
}

function isSecure(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}
