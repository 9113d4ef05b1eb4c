import { manualClock } from '@countersign/testing';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AUDIENCE, startTestIssuer } from '../../testing/test-issuer.ts';
import { CLOCK_TOLERANCE_S, createIssuer, KEYS_COOLDOWN_MS, KEYS_MAX_AGE_MS } from './issuer.ts';

let issuer: Awaited<ReturnType<typeof startTestIssuer>>;
const clock = manualClock();
const now = () => Math.floor(clock.nowMs() / 1_000);
/** Time for the keys that are kept, which the library measures itself. */
const pass = (ms: number) => {
  clock.advance(ms);
  vi.setSystemTime(clock.nowMs());
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: clock.nowMs() });
  issuer = await startTestIssuer();
});
afterEach(() => vi.useRealTimers());

const claims = (more: Record<string, unknown> = {}): JWTPayload => ({
  sub: 'ines',
  exp: now() + 300,
  ...more,
});
const verifier = (more = {}) => createIssuer(issuer.settings(more), clock);

describe('a token of the issuer', () => {
  it.each(['RS256', 'ES256', 'EdDSA'] as const)('is taken, signed with %s', async (alg) => {
    await issuer.addKey('one', alg);
    expect(await verifier()(await issuer.sign(claims(), { kid: 'one' }))).toMatchObject({ sub: 'ines' });
  });

  it('is taken with keys at a named address, and without discovery then', async () => {
    const verify = verifier({ jwksUrl: new URL(`${issuer.issuer}/keys`) });
    expect(await verify(await issuer.sign(claims()))).toMatchObject({ sub: 'ines' });
    expect(issuer.asked).toEqual(['/keys']);
  });

  it('is taken as far as clocks may differ, and no farther', async () => {
    const verify = verifier();
    const at = async (more: JWTPayload) => typeof (await verify(await issuer.sign(claims(more))));
    const [near, far] = [CLOCK_TOLERANCE_S - 1, CLOCK_TOLERANCE_S + 1];
    expect([await at({ exp: now() - near }), await at({ exp: now() - far })]).toEqual(['object', 'string']);
    expect([await at({ nbf: now() + near }), await at({ nbf: now() + far })]).toEqual(['object', 'string']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['for others', { aud: 'another' }],
    ['of another issuer', { iss: 'https://id.example.org' }],
    ['without an end', { exp: undefined }],
  ])('is refused %s', async (_, more) => {
    expect(await verifier()(await issuer.sign(claims(more)))).toBe('invalid');
  });

  it('is refused without a signature, with a secret, and altered', async () => {
    const verify = verifier();
    const unsigned = new UnsecuredJWT({ iss: issuer.issuer, aud: AUDIENCE, ...claims() }).encode();
    // The confusion of a public key with a secret.
    const secret = new TextEncoder().encode(JSON.stringify(await issuer.publicJwk('first')));
    const shared = await new SignJWT({ iss: issuer.issuer, aud: AUDIENCE, ...claims() })
      .setProtectedHeader({ alg: 'HS256', kid: 'first' })
      .sign(secret);
    const [header, , signature] = (await issuer.sign(claims())).split('.');
    const [, other] = (await issuer.sign(claims({ sub: 'owner' }))).split('.');
    for (const token of [unsigned, shared, `${header}.${other}.${signature}`, 'no.token.at-all'])
      expect(await verify(token)).toBe('invalid');
  });

  it('that does not claim to be one has nobody asked', async () => {
    const verify = verifier();
    await verify(await issuer.sign(claims({ iss: 'https://id.example.org' })));
    await verify('eyJhbGciOiJub25lIn0.e30.x');
    expect(issuer.asked).toEqual([]);
  });
});

describe('the keys of the issuer', () => {
  it('are fetched once, and again for a key that is not known, but not with every such token', async () => {
    const verify = verifier();
    await verify(await issuer.sign(claims()));
    await verify(await issuer.sign(claims()));
    await issuer.addKey('second');
    const token = await issuer.sign(claims(), { kid: 'second' });
    expect(await verify(token)).toBe('invalid');
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(1);
    pass(KEYS_COOLDOWN_MS + 1);
    expect(await verify(token)).toMatchObject({ sub: 'ines' });
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(2);
  });

  it('that are withdrawn are good for nobody once what was fetched is old', async () => {
    const verify = verifier();
    const key = issuer.key('first');
    await verify(await issuer.sign(claims()));
    issuer.withdrawKey('first');
    await issuer.addKey('second');
    pass(KEYS_MAX_AGE_MS + 1);
    expect(await verify(await issuer.sign(claims(), { kid: 'first', key }))).toBe('invalid');
  });
});

describe('an issuer that can not be reached', () => {
  it('lets nobody in, as long as it is so', async () => {
    const verify = verifier();
    const token = await issuer.sign(claims());
    await issuer.close();
    expect(await verify(token)).toBe('unreachable');
  });

  it('lets nobody in on keys that are old', async () => {
    const verify = verifier();
    await verify(await issuer.sign(claims()));
    await issuer.close();
    expect(await verify(await issuer.sign(claims()))).toMatchObject({ sub: 'ines' });
    pass(KEYS_MAX_AGE_MS + 1);
    expect(await verify(await issuer.sign(claims()))).toBe('unreachable');
  });

  it('is one that speaks for another', async () => {
    issuer.callItself('https://id.example.org');
    expect(await verifier()(await issuer.sign(claims()))).toBe('unreachable');
  });
});
