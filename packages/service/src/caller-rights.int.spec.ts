import type { Principal } from '@countersign/access';
import { publicEvents } from '@countersign/contracts';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createEmbeddedBus, createPublisher } from '@countersign/message-bus';
import { manualClock } from '@countersign/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { followCallerRights } from './caller-rights.ts';
import { publishAs } from './publish-as.ts';

const publisher = createPublisher([
  publishAs(publicEvents['user.registered'], 'user-registered.v1'),
  publishAs(publicEvents['apikey.created'], 'api-key-created.v1'),
  publishAs(publicEvents['apikey.revoked'], 'api-key-revoked.v1'),
  publishAs(publicEvents['organization.created'], 'organization-created.v1'),
  publishAs(publicEvents['plan.published'], 'plan-published.v1'),
]);
const KEY = '01a1fd5a-0e60-7260-a743-000000000001';
const DORA: Principal = { kind: 'user', id: 'dora', organization: 'acme', keyId: KEY };

/** A process that follows the rights of Dora, who is an operator with a key. */
async function following() {
  const store = createMemoryEventStore();
  const bus = createEmbeddedBus({ store, checkpoints: createMemoryCheckpoints(), publisher });
  const rights = followCallerRights(bus, manualClock());
  onTestFinished(() => rights.following.close());
  const happens = async (type: string, stream: string, data: object) => {
    const { length } = await store.read(stream);
    const metadata = { id: `${stream}-${length}`, time: '2026-11-21T11:00:00.000Z', organization: 'acme' };
    await store.append(stream, length === 0 ? 'no-stream' : length, [{ type, data: { ...data }, metadata }])
      .durable;
    return store.durablePosition;
  };
  await happens('user-registered.v1', 'user-acme:dora', {
    user_id: 'dora',
    roles: [{ scope: { organization: 'acme' }, role: 'operator' }],
  });
  const made = await happens('api-key-created.v1', `apikey-${KEY}`, {
    key_id: KEY,
    principal: { kind: 'user', id: 'dora' },
    hash: 'x',
    expires_at: null,
  });
  return { rights, happens, made };
}

describe('the rights of callers', () => {
  it('are known in every process that follows the control events', async () => {
    const { rights, made } = await following();
    expect(await rights.isInForce(DORA, made)).toBe(true);
    expect(rights.allows(DORA, 'read_audit')).toBe(true);
    expect(rights.allows(DORA, 'manage_users')).toBe(false);
    expect(rights.allows({ ...DORA, kind: 'agent' }, 'read_audit')).toBe(false);
  });

  it('A-RBAC-2: are none in another organization, and of nobody who is no member', async () => {
    const { rights } = await following();
    for (const where of ['everywhere', 'anywhere', { project: 'web' }] as const) {
      expect(rights.allows(DORA, 'read', where)).toBe(true);
      expect(rights.allows({ ...DORA, organization: 'globex' }, 'read', where)).toBe(false);
      expect(rights.allows({ ...DORA, id: 'nobody' }, 'read', where)).toBe(false);
    }
  });

  it('A-RBAC-2: at a project that nobody has registered are those of its organization and its first workspace', async () => {
    const { rights, happens } = await following();
    const held = [
      ['ines', { workspace: 'default' }],
      ['olga', { workspace: 'other' }],
      ['paul', { project: 'web' }],
    ] as const;
    for (const [user_id, scope] of held)
      await rights.following.reached(
        await happens('user-registered.v1', `user-acme:${user_id}`, {
          user_id,
          roles: [{ scope, role: 'operator' }],
        }),
      );
    const may = (id: string, project: string) => rights.allows({ ...DORA, id }, 'read_audit', { project });
    expect(['dora', 'ines', 'olga', 'paul'].map((id) => may(id, 'nowhere'))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(may('paul', 'web')).toBe(true);
  });

  it('are not all: features are those of the plan of their organization', async () => {
    const { rights, happens } = await following();
    expect(rights.hasFlag(DORA, 'rbac')).toBe(false);
    await happens('organization-created.v1', 'organization-acme', { organization_id: 'acme', plan: 'team' });
    const plan = { flags: { rbac: true, sso: false } };
    const by = { kind: 'user', id: 'olga' };
    const published = await happens('plan-published.v1', 'plan-team', { slug: 'team', plan, by });
    await rights.following.reached(published);
    expect([rights.hasFlag(DORA, 'rbac'), rights.hasFlag(DORA, 'sso')]).toEqual([true, false]);
    expect(rights.hasFlag({ ...DORA, organization: 'globex' }, 'rbac')).toBe(false);
  });

  it('end with the event that ends them, for whoever asks after it', async () => {
    const { rights, happens } = await following();
    const revoked = await happens('api-key-revoked.v1', `apikey-${KEY}`, { key_id: KEY });
    expect(await rights.isInForce(DORA, revoked)).toBe(false);
  });
});
