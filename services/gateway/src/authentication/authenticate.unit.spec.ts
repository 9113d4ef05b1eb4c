import { hashSecret, makeApiKey, SECRET_BYTES } from '@countersign/access';
import { createDirectory, createKeys } from '@countersign/directory';
import type { JsonObject } from '@countersign/event-sourcing';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { later } from '../testing/call-commands.ts';
import { controlMessage } from '../testing/messages.ts';
import { createAuthenticate } from './authenticate.ts';

const idOf = (n: number) => `01a1fd5a-0e60-7260-a743-${String(n).padStart(12, '0')}`;
/** The key of a number: different numbers have different secrets. */
const keyOf = (n: number) => makeApiKey(idOf(n), Buffer.alloc(SECRET_BYTES, n)).text;
const secretOf = (n: number) => Buffer.alloc(SECRET_BYTES, n).toString('base64url');

interface Made {
  readonly n: number;
  readonly principal: { readonly kind: 'user' | 'agent' | 'service'; readonly id: string };
  readonly organization?: string;
  readonly expires_at?: string | null;
}

/** Roles of users of `default`. */
type Users = Readonly<Record<string, readonly JsonObject[]>>;

/** Keys that were made, organizations `default` and `acme`, and the users who have roles in the first. */
function authenticating(made: readonly Made[], users: Users = {}) {
  const clock = manualClock();
  const keys = createKeys();
  const directory = createDirectory();
  for (const id of ['default', 'acme']) {
    const data = { organization_id: id };
    const at = { position: 1, subject: `organization-${id}`, organization: id, data };
    directory.apply(controlMessage('organization.created', at));
  }
  for (const [id, roles] of Object.entries(users)) {
    const data = { user_id: id, roles };
    const at = { position: 1, subject: `user-default:${id}`, organization: 'default', data };
    directory.apply(controlMessage('user.registered', at));
  }
  for (const { n, principal, organization = 'default', expires_at = null } of made) {
    const data = { key_id: idOf(n), principal, hash: hashSecret(secretOf(n)), expires_at };
    const at = { position: 2, subject: `apikey-${idOf(n)}`, organization, data };
    keys.apply(controlMessage('apikey.created', at));
  }
  const revoke = (n: number) => {
    const data = { key_id: idOf(n) };
    keys.apply(controlMessage('apikey.revoked', { position: 3, subject: `apikey-${idOf(n)}`, data }));
  };
  const authenticate = createAuthenticate(keys, directory, clock);
  return { authenticate: (key: string, headers = {}) => authenticate(key, headers), clock, revoke, keys };
}

const AGENT = { kind: 'agent', id: 'helper' } as const;
const OWNER = { kind: 'user', id: 'owner' } as const;
const OWNING = { owner: [{ scope: { organization: 'default' }, role: 'owner' }] };
const INTO_ACME = { 'countersign-organization': 'acme' };

describe('a key', () => {
  it('says who asks', () => {
    const { authenticate } = authenticating([{ n: 1, principal: AGENT, organization: 'acme' }]);
    expect(authenticate(keyOf(1))).toEqual({ ...AGENT, organization: 'acme', keyId: idOf(1) });
  });

  it.each([
    ['unknown', keyOf(9)],
    ['with another secret', keyOf(1).slice(0, -2).concat('AA')],
    ['with the secret of another', makeApiKey(idOf(1), Buffer.alloc(SECRET_BYTES, 2)).text],
    ['that is no key', 'letmein'],
    ['that is empty', ''],
  ])('%s is nobody’s', (_, key) => {
    const made = [
      { n: 1, principal: AGENT },
      { n: 2, principal: AGENT },
    ];
    expect(authenticating(made).authenticate(key)).toBeNull();
  });

  it('is good until its end, and not at it', () => {
    const { authenticate, clock } = authenticating([{ n: 1, principal: AGENT, expires_at: later(60_000) }]);
    clock.advance(59_999);
    expect(authenticate(keyOf(1))).not.toBeNull();
    clock.advance(1);
    expect(authenticate(keyOf(1))).toBeNull();
  });

  it('that is revoked is nobody’s, from the next request on', () => {
    const { authenticate, revoke, keys } = authenticating([{ n: 1, principal: AGENT }]);
    expect(authenticate(keyOf(1))).not.toBeNull();
    revoke(1);
    expect(authenticate(keyOf(1))).toBeNull();
    expect(keys.get(idOf(1))?.revokedAt).not.toBeNull();
  });

  it('is kept as it was made, however often that is told', () => {
    const { authenticate, keys, revoke } = authenticating([{ n: 1, principal: AGENT }]);
    revoke(1);
    const data = { key_id: idOf(1), principal: OWNER, hash: hashSecret(secretOf(1)), expires_at: null };
    const again = { position: 2, subject: `apikey-${idOf(1)}`, organization: 'default', data };
    keys.apply(controlMessage('apikey.created', again));
    expect(authenticate(keyOf(1))).toBeNull();
    expect(keys.list('default')).toHaveLength(1);
  });
});

describe('the header that names an organization', () => {
  it('is the installation owner’s', () => {
    const { authenticate } = authenticating([{ n: 1, principal: OWNER }], OWNING);
    expect(authenticate(keyOf(1))).toMatchObject({ organization: 'default', installationOwner: true });
    expect(authenticate(keyOf(1), INTO_ACME)).toMatchObject({
      ...OWNER,
      organization: 'acme',
      installationOwner: true,
    });
    expect(authenticate(keyOf(1), { 'countersign-organization': 'nowhere' })).toMatchObject({
      code: 'not_found',
    });
  });

  it.each<[string, Made, Users]>([
    ['an agent', { n: 1, principal: AGENT }, {}],
    ['an owner who has lost the role', { n: 1, principal: OWNER }, { owner: [] }],
    [
      'an owner of a project',
      { n: 1, principal: OWNER },
      { owner: [{ scope: { project: 'default' }, role: 'owner' }] },
    ],
    [
      'an operator',
      { n: 1, principal: OWNER },
      { owner: [{ scope: { organization: 'default' }, role: 'operator' }] },
    ],
    ['an owner of another organization', { n: 1, principal: OWNER, organization: 'acme' }, OWNING],
  ])('is not for %s', (_, made, users) => {
    const { authenticate } = authenticating([made], users);
    const other = made.organization === 'acme' ? 'default' : 'acme';
    expect(authenticate(keyOf(1), { 'countersign-organization': other })).toMatchObject({
      code: 'forbidden',
    });
    expect(authenticate(keyOf(1))).not.toHaveProperty('installationOwner');
  });

  it('may name the own one', () => {
    const { authenticate } = authenticating([{ n: 1, principal: AGENT, organization: 'acme' }]);
    expect(authenticate(keyOf(1), INTO_ACME)).toMatchObject({ organization: 'acme' });
  });
});
