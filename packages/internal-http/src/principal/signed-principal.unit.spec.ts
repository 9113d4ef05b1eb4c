import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { Principal } from '@countersign/access';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newPrincipalKeys } from '../testing/keys.ts';
import { type PrincipalStatement, signPrincipal, verifyPrincipal } from './signed-principal.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const { privateKey, publicKey } = newPrincipalKeys();
const DORA: Principal = { kind: 'user', id: 'dora', organization: 'acme', keyId: 'k1' };
const STATEMENT: PrincipalStatement = {
  principal: DORA,
  service: 'approval-service',
  target: { method: 'POST', url: '/v1/approvals/1/decision?x=1' },
};
const { service, target } = STATEMENT;
const token = (statement = STATEMENT, at = NOW) => signPrincipal(statement, privateKey, at);
const verified = (given: string, expected: Partial<PrincipalStatement> = {}, at = NOW, key = publicKey) =>
  verifyPrincipal(given, { service, target, ...expected }, key, at);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** What is in the middle of a token. */
const claimsOf = (given: string) =>
  JSON.parse(Buffer.from(given.split('.')[1] ?? '', 'base64url').toString());
/** A token whose claims were changed and signed again, as only the gateway can. */
const resigned = (change: object) => {
  const [header] = token().split('.');
  const signed = `${header}.${part({ ...claimsOf(token()), ...change })}`;
  return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`;
};

describe('a signed principal', () => {
  it('says who asks, whoever it is', () => {
    const principals = fc.record(
      {
        kind: fc.constantFrom<Principal['kind']>('user', 'agent', 'service'),
        id: fc.string({ minLength: 1 }),
        organization: fc.string({ minLength: 1 }),
        keyId: fc.string(),
        installationOwner: fc.constant<true>(true),
      },
      { requiredKeys: ['kind', 'id', 'organization', 'keyId'] },
    );
    fc.assert(
      fc.property(principals, (principal) => {
        expect(verified(token({ ...STATEMENT, principal }))).toEqual(principal);
      }),
    );
  });

  it('is a compact JWT of the named claims, and of no more', () => {
    const [header = ''] = token().split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'EdDSA',
      typ: 'countersign-principal+jwt',
    });
    expect(claimsOf(token())).toEqual({
      iss: 'gateway',
      aud: 'approval-service',
      iat: NOW / 1_000,
      exp: NOW / 1_000 + 30,
      htm: 'POST',
      htu: '/v1/approvals/1/decision?x=1',
      principal: { kind: 'user', id: 'dora', organization: 'acme', key_id: 'k1' },
    });
  });

  it.each<[string, Partial<PrincipalStatement>]>([
    ['of another service', { service: 'meter-service' }],
    ['with another method', { target: { ...target, method: 'GET' } }],
    ['on another path', { target: { ...target, url: '/v1/approvals/2/decision?x=1' } }],
    ['with another query', { target: { ...target, url: '/v1/approvals/1/decision?x=2' } }],
  ])('is good for nothing %s', (_name, expected) => {
    expect(verified(token(), expected)).toBeNull();
  });

  it('holds for 30 s and as much more as clocks may differ', () => {
    const after = (ms: number) => verified(token(), {}, NOW + ms) !== null;
    expect([-5_001, -5_000, 0, 34_999, 35_000].map(after)).toEqual([false, true, true, true, false]);
  });

  it.each<[string, string]>([
    ['that says more than 30 s', resigned({ exp: NOW / 1_000 + 31 })],
    ['of another issuer', resigned({ iss: 'somebody' })],
    ['with claims that nobody knows', resigned({ admin: true })],
    [
      'with a principal of no kind',
      resigned({ principal: { ...claimsOf(token()).principal, kind: 'root' } }),
    ],
    ['without a principal', resigned({ principal: null })],
  ])('%s is refused, whoever signed it', (_name, given) => {
    expect(verified(given)).toBeNull();
  });

  it('that another key signed is refused', () => {
    expect(verified(token(), {}, NOW, newPrincipalKeys().publicKey)).toBeNull();
  });

  it('is not the signer’s to choose the algorithm of', () => {
    const [, payload = ''] = token().split('.');
    const unsigned = `${part({ alg: 'none' })}.${payload}.`;
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${payload}`;
    const secret = publicKey.export({ type: 'spki', format: 'pem' });
    const hmac = `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    const other = `${signed}.${sign('sha256', Buffer.from(signed), rsa).toString('base64url')}`;
    for (const given of [unsigned, hmac, other]) expect(verified(given)).toBeNull();
  });

  it('that was changed anywhere is refused', () => {
    const good = token();
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom('A', 'B', '.', ' ', '='), (at, char) => {
        fc.pre(good[at] !== char);
        const changed = good.slice(0, at) + char + good.slice(at + 1);
        // The last character of a signature has bits that mean nothing.
        fc.pre(at !== good.length - 1);
        expect(verified(changed)).toBeNull();
      }),
    );
  });

  it('is nothing that anybody makes up', () => {
    fc.assert(fc.property(fc.string(), (text) => void expect(verified(text)).toBeNull()));
    const [header = ''] = token().split('.');
    fc.assert(
      fc.property(fc.base64String(), fc.base64String(), (payload, signature) => {
        expect(verified(`${header}.${payload}.${signature}`)).toBeNull();
      }),
    );
    expect(verified('cs_01a1fd5a0e607260a743000000000001_secret')).toBeNull();
    expect(verified(`${token()}.more`)).toBeNull();
  });
});
