import type { Principal } from '@countersign/access';
import { describe, expect, it } from 'vitest';
import { createDirectory } from './directory.ts';
import { createKeys, isPrincipalInForce, principalEndsAt } from './keys.ts';
import { createPlanCatalog } from './plan-catalog.ts';
import { createLedger } from './testing/messages.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');

/** Keys of three people and what each was let in as. `olga` owns the installation. */
function known() {
  const keys = createKeys();
  const directory = createDirectory();
  const plans = createPlanCatalog();
  const ledger = createLedger();
  const apply = (...message: Parameters<typeof ledger.next>) => {
    const next = ledger.next(...message);
    keys.apply(next);
    directory.apply(next);
    plans.apply(next);
  };
  const key = (id: string, organization: string, expires_at: string | null = null) => {
    const data = { key_id: `key-${id}`, principal: { kind: 'user', id }, hash: 'x', expires_at };
    apply('apikey.created', `apikey-key-${id}`, data, organization);
  };
  const roles = (role: string) => {
    const data = { user_id: 'olga', roles: [{ scope: { organization: 'default' }, role }] };
    apply('user.registered', 'user-default:olga', data, 'default');
  };
  const plan = (flags: { readonly sso?: boolean }) => {
    const data = { slug: 'plan', plan: { flags }, by: { kind: 'user', id: 'olga' } };
    apply('plan.published', 'plan-plan', data, 'default');
  };
  for (const organization_id of ['default', 'acme']) {
    const data = { organization_id, plan: 'plan' };
    apply('organization.created', `organization-${organization_id}`, data, organization_id);
  }
  plan({ sso: true });
  roles('owner');
  key('olga', 'default');
  key('dora', 'acme');
  key('vic', 'acme', '2026-11-21T12:00:00.000Z');
  const isInForce = (principal: Principal, nowMs = NOW) =>
    isPrincipalInForce(principal, { keys, directory, plans }, nowMs);
  const endsAt = (principal: Principal) => principalEndsAt(principal, keys);
  return { apply, roles, plan, isInForce, endsAt };
}

const DORA: Principal = { kind: 'user', id: 'dora', organization: 'acme', keyId: 'key-dora' };
const OLGA: Principal = {
  kind: 'user',
  id: 'olga',
  organization: 'acme',
  installationOwner: true,
  keyId: 'key-olga',
};

describe('who signed in with a token', () => {
  const signedIn = (principal: Principal): Principal => ({
    ...principal,
    keyId: 'oidc',
    until: new Date(NOW + 1_000).toISOString(),
  });

  it('is in force until it ends, and as long as they are a user', () => {
    const { apply, isInForce } = known();
    const dora = signedIn(DORA);
    expect(isInForce(dora)).toBe(false);
    apply('user.registered', 'user-acme:dora', { user_id: 'dora', roles: [] });
    expect([isInForce(dora), isInForce(dora, NOW + 1_000)]).toEqual([true, false]);
    expect(isInForce({ ...dora, kind: 'agent' })).toBe(false);
    apply('user.removed', 'user-acme:dora', { user_id: 'dora' });
    expect(isInForce(dora)).toBe(false);
  });

  it('is in force as long as the plan of their organization has single sign-on; keys are without it', () => {
    const { apply, plan, isInForce } = known();
    apply('user.registered', 'user-acme:dora', { user_id: 'dora', roles: [] });
    const all = [signedIn(DORA), signedIn(OLGA), DORA, OLGA];
    expect(all.map((one) => isInForce(one))).toEqual([true, true, true, true]);
    plan({ sso: false });
    expect(all.map((one) => isInForce(one))).toEqual([false, false, true, true]);
  });

  it('is the owner of the installation as long as they are', () => {
    const { roles, isInForce } = known();
    expect(isInForce(signedIn(OLGA))).toBe(true);
    roles('viewer');
    expect(isInForce(signedIn(OLGA))).toBe(false);
  });
});

describe('keys', () => {
  it('of a user who is removed are good for nobody, also one that is made at that moment', () => {
    const { apply, isInForce } = known();
    apply('user.registered', 'user-acme:dora', { user_id: 'dora', roles: [] });
    expect(isInForce(DORA)).toBe(true);
    apply('user.removed', 'user-acme:dora', { user_id: 'dora' });
    expect(isInForce(DORA)).toBe(false);
    const late = { key_id: 'key-late', principal: { kind: 'user', id: 'dora' }, hash: 'x', expires_at: null };
    apply('apikey.created', 'apikey-key-late', late);
    apply('user.registered', 'user-acme:dora', { user_id: 'dora', roles: [] });
    expect([isInForce(DORA), isInForce({ ...DORA, keyId: 'key-late' })]).toEqual([false, false]);
  });

  it('that are rotated end when that says, and not later than they would have', () => {
    const { apply, isInForce, endsAt } = known();
    const at = (ms: number) => new Date(NOW + ms).toISOString();
    apply('apikey.rotated', 'apikey-key-dora', {
      key_id: 'key-dora',
      successor: 'x',
      valid_until: at(1_000),
    });
    expect([isInForce(DORA, NOW + 999), isInForce(DORA, NOW + 1_000)]).toEqual([true, false]);
    expect(endsAt(DORA)).toBe(NOW + 1_000);
    const vic: Principal = { ...DORA, id: 'vic', keyId: 'key-vic' };
    expect(isInForce(vic, NOW - 1)).toBe(true);
    expect(endsAt(vic)).toBe(NOW);
    apply('apikey.rotated', 'apikey-key-vic', {
      key_id: 'key-vic',
      successor: 'x',
      valid_until: at(1_000),
    });
    expect([isInForce(vic, NOW - 1), isInForce(vic)]).toEqual([true, false]);
    expect(endsAt(vic)).toBe(NOW);
  });

  it('say when they end, and so do tokens; one that has no end says so', () => {
    const { endsAt } = known();
    expect(endsAt(DORA)).toBeNull();
    expect(endsAt({ ...DORA, keyId: 'oidc', until: new Date(NOW + 5).toISOString() })).toBe(NOW + 5);
  });
});

describe('a principal', () => {
  it('is in force as long as its key is', () => {
    const { apply, isInForce } = known();
    expect(isInForce(DORA)).toBe(true);
    apply('apikey.revoked', 'apikey-key-dora', { key_id: 'key-dora' });
    expect(isInForce(DORA)).toBe(false);
  });

  it('is not in force from the moment on at which its key expires', () => {
    const { isInForce } = known();
    const vic: Principal = { ...DORA, id: 'vic', keyId: 'key-vic' };
    expect([isInForce(vic, NOW - 1), isInForce(vic, NOW)]).toEqual([true, false]);
  });

  it.each<[string, Principal]>([
    ['a key that nobody made', { ...DORA, keyId: 'key-nobody' }],
    ['the key of somebody else', { ...DORA, id: 'vic' }],
    ['the key of a user as an agent', { ...DORA, kind: 'agent' }],
    ['another organization than the key’s', { ...DORA, organization: 'globex' }],
    ['the ownership of the installation that it does not have', { ...DORA, installationOwner: true }],
  ])('is nobody with %s', (_name, principal) => {
    expect(known().isInForce(principal)).toBe(false);
  });

  it('that owns the installation is in force anywhere, and only as long as it owns it', () => {
    const { roles, isInForce } = known();
    expect(isInForce(OLGA)).toBe(true);
    expect(isInForce({ ...OLGA, organization: 'globex' })).toBe(true);
    roles('viewer');
    expect(isInForce(OLGA)).toBe(false);
  });
});
