import { describe, expect, it } from 'vitest';
import { readOidcSettings } from './oidc-settings.ts';

const ISSUER = {
  COUNTERSIGN_OIDC_ISSUER: 'https://id.example.org',
  COUNTERSIGN_OIDC_AUDIENCE: 'countersign',
};

describe('the settings of an issuer', () => {
  it('are none without one', () => {
    expect(readOidcSettings({})).toEqual({ ok: true, oidc: null });
  });

  it('name whom its tokens are for; claims and keys have their defaults', () => {
    expect(readOidcSettings(ISSUER)).toEqual({
      ok: true,
      oidc: {
        issuer: 'https://id.example.org',
        audience: 'countersign',
        jwksUrl: null,
        claims: { user: 'sub', organization: null },
      },
    });
    const further = {
      ...ISSUER,
      COUNTERSIGN_OIDC_JWKS_URL: 'http://127.0.0.1:8080/keys',
      COUNTERSIGN_OIDC_USER_CLAIM: 'preferred_username',
      COUNTERSIGN_OIDC_ORGANIZATION_CLAIM: 'org',
    };
    expect(readOidcSettings(further)).toMatchObject({
      oidc: {
        jwksUrl: new URL('http://127.0.0.1:8080/keys'),
        claims: { user: 'preferred_username', organization: 'org' },
      },
    });
  });

  it.each<[string, object, readonly string[]]>([
    ['without an audience', { COUNTERSIGN_OIDC_AUDIENCE: undefined }, ['COUNTERSIGN_OIDC_AUDIENCE']],
    ['without an issuer', { COUNTERSIGN_OIDC_ISSUER: undefined }, ['COUNTERSIGN_OIDC_AUDIENCE']],
    [
      'in the clear over a network, and all of it at once',
      {
        COUNTERSIGN_OIDC_ISSUER: 'http://id.example.org',
        COUNTERSIGN_OIDC_JWKS_URL: 'keys',
        COUNTERSIGN_OIDC_AUDIENCE: undefined,
      },
      ['COUNTERSIGN_OIDC_ISSUER', 'COUNTERSIGN_OIDC_JWKS_URL', 'COUNTERSIGN_OIDC_AUDIENCE'],
    ],
  ])('are refused %s', (_, change, names) => {
    const read = readOidcSettings({ ...ISSUER, ...change });
    expect(read.ok ? [] : read.errors.map(({ name }) => name)).toEqual(names);
  });
});
