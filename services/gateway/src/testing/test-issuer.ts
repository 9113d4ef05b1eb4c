import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import type { OidcSettings } from '../authentication/authenticate-request.ts';

type Algorithm = 'RS256' | 'ES256' | 'EdDSA';
type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** Whom its tokens are for. */
export const AUDIENCE = 'countersign';

/** An issuer for tests, real in all that is asked of it: discovery and keys over HTTP, tokens that it has signed. */
export async function startTestIssuer() {
  const keys = new Map<string, { readonly alg: Algorithm; readonly pair: KeyPair }>();
  const asked: string[] = [];
  let named: string | null = null;
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? '');
    const jwks = async () => ({
      keys: await Promise.all(
        [...keys].map(async ([kid, { alg, pair }]) => ({
          ...(await exportJWK(pair.publicKey)),
          kid,
          alg,
          use: 'sig',
        })),
      ),
    });
    const metadata = { issuer: named ?? issuer, jwks_uri: `${issuer}/keys` };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/keys' ? await jwks() : metadata));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);

  const testIssuer = {
    issuer,
    /** Paths that it was asked for. */
    asked,
    settings: (more: Partial<OidcSettings> = {}): OidcSettings => ({
      issuer,
      audience: AUDIENCE,
      jwksUrl: null,
      claims: { user: 'sub', organization: null },
      ...more,
    }),
    /** Lets it claim to be another. */
    callItself: (name: string) => {
      named = name;
    },
    async addKey(kid: string, alg: Algorithm = 'ES256') {
      keys.set(kid, { alg, pair: await generateKeyPair(alg, { extractable: true }) });
    },
    withdrawKey: (kid: string) => keys.delete(kid),
    publicJwk: async (kid: string) => exportJWK((keys.get(kid) as { pair: KeyPair }).pair.publicKey),
    /** A token with a key that it has, or has had; times in seconds since 1970. */
    async sign(claims: JWTPayload, { kid = 'first', key = keys.get(kid) } = {}): Promise<string> {
      if (!key) throw new Error(`no key ${kid}`);
      const token = new SignJWT({ iss: issuer, aud: AUDIENCE, ...claims });
      return token.setProtectedHeader({ alg: key.alg, kid }).sign(key.pair.privateKey);
    },
    key: (kid: string) => keys.get(kid),
    close,
  };
  await testIssuer.addKey('first');
  return testIssuer;
}
