import { controlsHash, DEFAULT_CONTROLS, DEFAULT_ROLES } from '@countersign/access';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

/** Names and details of everything that is wrong. */
function errorsOf(environment: Record<string, string>) {
  const read = readConfig(environment);
  return read.ok ? [] : read.errors;
}
function configOf(environment: Record<string, string>) {
  const read = readConfig(environment);
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.config;
}

describe('without settings', () => {
  it('everything is as the contract says', () => {
    expect(configOf({})).toEqual({
      httpHost: '127.0.0.1',
      httpPort: 7070,
      grpcPort: 2113,
      grpcPortNamed: false,
      dataDirectory: '.countersign',
      masterKeyFile: '.countersign/master.key',
      masterKeyNamed: false,
      oidc: null,
      logLevel: 'info',
      environment: 'development',
      decisionTimeoutMs: 2_000,
      permitTtlMs: 60_000,
      outcomeTtlMs: 900_000,
      handlersOnLoopback: false,
      access: {
        plans: new Map(),
        defaultPlan: 'unlimited',
        plansSource: 'defaults',
        roles: DEFAULT_ROLES,
        rolesSource: 'defaults',
        source: 'defaults',
        hash: controlsHash(DEFAULT_CONTROLS),
        warnings: [],
      },
    });
  });

  it('an empty one counts as none, and other names are no business of ours', () => {
    const environment = {
      COUNTERSIGN_HTTP_PORT: '',
      COUNTERSIGN_DATA_DIR: ' ',
      PATH: '/bin',
      COUNTERSIGNATURE: 'x',
    };
    expect(configOf(environment)).toEqual(configOf({}));
  });
});

describe('a setting', () => {
  it.each<[string, string, object]>([
    ['COUNTERSIGN_HTTP_HOST', '0.0.0.0', { httpHost: '0.0.0.0' }],
    ['COUNTERSIGN_HTTP_PORT', '0', { httpPort: 0 }],
    ['COUNTERSIGN_HTTP_PORT', '65535', { httpPort: 65_535 }],
    ['COUNTERSIGN_GRPC_PORT', '0', { grpcPort: 0, grpcPortNamed: true }],
    ['COUNTERSIGN_LOG_LEVEL', 'silent', { logLevel: 'silent' }],
    ['COUNTERSIGN_ENVIRONMENT', 'production', { environment: 'production' }],
    ['COUNTERSIGN_DECISION_TIMEOUT_MS', '1', { decisionTimeoutMs: 1 }],
    ['COUNTERSIGN_PERMIT_TTL_MS', '86400000', { permitTtlMs: 86_400_000 }],
    ['COUNTERSIGN_OUTCOME_TTL_MS', '1', { outcomeTtlMs: 1 }],
    ['COUNTERSIGN_DATA_DIR', 'data', { dataDirectory: 'data', masterKeyFile: 'data/master.key' }],
    ['COUNTERSIGN_MASTER_KEY_FILE', '.countersign/../.countersign/master.key', { masterKeyNamed: false }],
    ['COUNTERSIGN_HTTP_HOST', 'fe80::1%eth0', { httpHost: 'fe80::1%eth0' }],
    ['COUNTERSIGN_HTTP_HOST', 'gateway-1.example.com', { httpHost: 'gateway-1.example.com' }],
  ])('%s may be %s', (name, value, expected) => {
    expect(configOf({ [name]: value })).toMatchObject(expected);
  });

  it('COUNTERSIGN_ACCESS_PLANS are plans by slug', () => {
    const plans = '{"team":{"counters":{"tool_calls":{"limit":5,"strict":true,"period":"monthly"}}}}';
    expect([...configOf({ COUNTERSIGN_ACCESS_PLANS: plans }).access.plans.keys()]).toEqual(['team']);
  });

  it.each([
    ['COUNTERSIGN_HTTP_PORT', ['65536', '-1', '1.5', '0x50', '70 70', 'any', '1e3', '999999999999999']],
    ['COUNTERSIGN_HTTP_HOST', ['bad host!', '[::1]', 'http://localhost', '-a', 'a..b', 'a:7070']],
    ['COUNTERSIGN_GRPC_PORT', ['65536', '-1', 'off']],
    ['COUNTERSIGN_HANDLERS_ON_LOOPBACK', ['yes']],
    ['COUNTERSIGN_OIDC_ISSUER', ['notaurl', 'http://issuer.example.com']],
    ['COUNTERSIGN_MASTER_KEY_FILE', ['no-such/master.key', '.']],
    ['COUNTERSIGN_LOG_LEVEL', ['INFO', 'verbose', '30']],
    ['COUNTERSIGN_ENVIRONMENT', ['Production', 'a b', '-a', 'a'.repeat(64)]],
    ['COUNTERSIGN_DECISION_TIMEOUT_MS', ['0', '-5', '2s', '3600001', '2000.5']],
    ['COUNTERSIGN_PERMIT_TTL_MS', ['0', '86400001', 'soon']],
    ['COUNTERSIGN_OUTCOME_TTL_MS', ['0', '2678400001', '15m']],
    ['COUNTERSIGN_ACCESS_PLANS', ['team', '[]', '{"team":', '{"Team":{}}', '{"team":{"counters":7}}']],
  ])('%s is refused when it is none of its values', (name, values) => {
    for (const value of values) {
      const beside = name === 'COUNTERSIGN_OIDC_ISSUER' ? { COUNTERSIGN_OIDC_AUDIENCE: 'us' } : {};
      const errors = errorsOf({ [name]: value, ...beside });
      expect([...new Set(errors.map((error) => error.name))]).toEqual([name]);
      // What would be right, and not what was given: it may be a secret in the wrong place.
      expect(errors[0]?.detail).toMatch(/^(?!.*undefined).{10,}/s);
    }
  });

  it('is told what it must be', () => {
    expect(errorsOf({ COUNTERSIGN_HTTP_PORT: 'any', COUNTERSIGN_LOG_LEVEL: 'loud' })).toEqual([
      { name: 'COUNTERSIGN_HTTP_PORT', detail: 'must be an integer from 0 to 65535, such as 7070' },
      {
        name: 'COUNTERSIGN_LOG_LEVEL',
        detail: 'must be one of trace, debug, info, warn, error, fatal, silent',
      },
    ]);
  });
});

describe('everything that is wrong', () => {
  it('is told at once: unknown names, bad values, and every error of the plans with its place', () => {
    const errors = errorsOf({
      COUNTERSIGN_HTTP_PORT: 'x',
      COUNTERSIGN_PORT: '7070',
      COUNTERSIGN_ENVIRONMENT: 'No Such',
      COUNTERSIGN_ACCESS_PLANS: '{"team":{"counters":{"no_such_meter":{}},"throttles":3}}',
    });
    expect([...new Set(errors.map(({ name }) => name))]).toEqual([
      'COUNTERSIGN_PORT',
      'COUNTERSIGN_HTTP_PORT',
      'COUNTERSIGN_ENVIRONMENT',
      'COUNTERSIGN_ACCESS_PLANS',
    ]);
    const plans = errors.filter(({ name }) => name === 'COUNTERSIGN_ACCESS_PLANS');
    expect(plans.map(({ detail }) => detail.split(':')[0])).toEqual(
      expect.arrayContaining(['/team/counters/no_such_meter', '/team/throttles']),
    );
  });

  it('is told of what is read by itself beside what is not: one setting hides no other', () => {
    const errors = errorsOf({
      COUNTERSIGN_HTTP_PORT: 'abc',
      COUNTERSIGN_HTTP_HOST: 'bad host!',
      COUNTERSIGN_GRPC_PORT: '70000',
      COUNTERSIGN_OIDC_ISSUER: 'notaurl',
      COUNTERSIGN_OIDC_JWKS_URL: 'notaurl',
      COUNTERSIGN_MASTER_KEY_FILE: 'no-such/master.key',
      COUNTERSIGN_ACCESS_ROLES: '{',
    });
    expect(errors.map(({ name }) => name).sort()).toEqual(
      [
        'ACCESS_ROLES',
        'GRPC_PORT',
        'HTTP_HOST',
        'HTTP_PORT',
        'MASTER_KEY_FILE',
        'OIDC_AUDIENCE',
        'OIDC_ISSUER',
        'OIDC_JWKS_URL',
      ].map((name) => `COUNTERSIGN_${name}`),
    );
    expect(errors.find(({ name }) => name === 'COUNTERSIGN_MASTER_KEY_FILE')?.detail).toMatch(
      /^no-such\/master\.key: there is no master key; .*openssl rand -base64 32/,
    );
  });

  it.each(['', ' '])('holds an unknown name whose value is %j: it is misspelt all the same', (value) => {
    expect(errorsOf({ COUNTERSIGN_HTTP_PROT: value }).map(({ name }) => name)).toEqual([
      'COUNTERSIGN_HTTP_PROT',
    ]);
  });

  it('names the settings that there are, where one is not', () => {
    const [error] = errorsOf({ COUNTERSIGN_KAFKA_BROKERS: 'localhost:9092' });
    expect(error?.detail).toMatch(/^is not a setting; known are COUNTERSIGN_HTTP_HOST, /);
  });
});
