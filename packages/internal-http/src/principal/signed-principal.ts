import { type KeyObject, sign, verify } from 'node:crypto';
import type { Principal } from '@countersign/access';
import type { RequestTarget } from '@countersign/http';
import { z } from 'zod';

/** How long a signed principal holds, in seconds. */
export const PRINCIPAL_TTL_S = 30;
/** How far the clocks of gateway and service may be apart, in seconds. */
export const CLOCK_SKEW_S = 5;

/**
 * The whole of the JWS header (RFC 7515, RFC 8037). It is compared as text: there is one algorithm and nothing to
 * negotiate.
 */
const HEADER = base64url(JSON.stringify({ alg: 'EdDSA', typ: 'countersign-principal+jwt' }));
const ISSUER = 'gateway';

const claims = z.strictObject({
  iss: z.literal(ISSUER),
  /** The one service that this is for. */
  aud: z.string(),
  iat: z.int(),
  exp: z.int(),
  /** Method and target of the one request that it is for, as in RFC 9449. */
  htm: z.string(),
  htu: z.string(),
  principal: z.strictObject({
    kind: z.enum(['user', 'agent', 'service']),
    id: z.string(),
    organization: z.string(),
    key_id: z.string(),
    installation_owner: z.literal(true).optional(),
    until: z.string().optional(),
  }),
});

/** Who asks for what, of which service. */
export interface PrincipalStatement {
  readonly principal: Principal;
  readonly service: string;
  readonly target: RequestTarget;
}

/** Signs who asks, for one request to one service: a compact JWT, as it goes behind `Authorization: Bearer`. */
export function signPrincipal(
  { principal, service, target }: PrincipalStatement,
  privateKey: KeyObject,
  nowMs: number,
): string {
  const issuedAt = Math.floor(nowMs / 1_000);
  const { kind, id, organization, keyId, installationOwner, until } = principal;
  const payload: z.input<typeof claims> = {
    iss: ISSUER,
    aud: service,
    iat: issuedAt,
    exp: issuedAt + PRINCIPAL_TTL_S,
    htm: target.method,
    htu: target.url,
    principal: {
      kind,
      id,
      organization,
      key_id: keyId,
      ...(installationOwner ? { installation_owner: true } : {}),
      ...(until === undefined ? {} : { until }),
    },
  };
  const signed = `${HEADER}.${base64url(JSON.stringify(payload))}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** Who asks, or null for anything that the gateway did not sign for this service, this request and this moment. */
export function verifyPrincipal(
  token: string,
  { service, target }: Omit<PrincipalStatement, 'principal'>,
  publicKey: KeyObject,
  nowMs: number,
): Principal | null {
  const [header, payload, signature, ...more] = token.split('.');
  if (header !== HEADER || payload === undefined || signature === undefined || more.length > 0) return null;
  const signed = Buffer.from(`${header}.${payload}`);
  if (!verify(null, signed, publicKey, Buffer.from(signature, 'base64url'))) return null;
  const read = claims.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
  if (!read.success) return null;
  const { aud, iat, exp, htm, htu, principal } = read.data;
  if (aud !== service || htm !== target.method || htu !== target.url) return null;
  const now = nowMs / 1_000;
  if (exp - iat > PRINCIPAL_TTL_S || now < iat - CLOCK_SKEW_S || now >= exp + CLOCK_SKEW_S) return null;
  const { kind, id, organization, key_id, installation_owner, until } = principal;
  return {
    kind,
    id,
    organization,
    keyId: key_id,
    ...(installation_owner ? { installationOwner: true } : {}),
    ...(until === undefined ? {} : { until }),
  };
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
