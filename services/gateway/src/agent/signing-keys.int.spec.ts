import { generateKeyPairSync } from 'node:crypto';
import { MAX_SIGNING_KEYS } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

const KEYS = '/v1/agents/helper/signing-keys';

/** A fresh key as a JWK, and its public part alone. */
function freshKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { public_key: publicKey.export({ format: 'jwk' }), private: privateKey.export({ format: 'jwk' }) };
}

async function started() {
  const gateway = await startGateway();
  return { gateway, ...(await registerBasics(gateway)) };
}

describe('signing keys of an agent', () => {
  it('are registered under their thumbprint, listed and revoked', async () => {
    const { gateway } = await started();
    const { public_key } = freshKey();
    const added = await gateway.owner('POST', KEYS, { public_key });
    expect(added).toMatchObject({ status: 201, body: { public_key, revoked_at: null } });
    expect(added.body.id).toMatch(/^[\w-]{43}$/);
    expect(await gateway.owner('POST', KEYS, { public_key })).toMatchObject({
      status: 200,
      body: added.body,
    });
    expect((await gateway.owner('GET', KEYS)).body).toEqual({ items: [added.body], next: null });

    expect((await gateway.owner('DELETE', `${KEYS}/${added.body.id}`)).status).toBe(204);
    expect((await gateway.owner('DELETE', `${KEYS}/${added.body.id}`)).status).toBe(204);
    const { body } = await gateway.owner('GET', KEYS);
    expect(body.items).toMatchObject([{ id: added.body.id, revoked_at: expect.stringMatching(/Z$/) }]);
    expect(await gateway.owner('POST', KEYS, { public_key })).toMatchObject({
      status: 410,
      body: { code: 'void' },
    });
    expect(await gateway.types('agent-default:helper')).toEqual([
      'agent-registered.v1',
      'agent-signing-key-added.v1',
      'agent-signing-key-revoked.v1',
    ]);
  });

  it('are not answered as registered or revoked while a gateway may not know of it', async () => {
    const { gateway } = await started();
    const { public_key } = freshKey();
    const { body } = await gateway.owner('POST', KEYS, { public_key });
    gateway.others.silent = true;
    const late = { status: 503, body: { code: 'unavailable' } };
    expect(await gateway.owner('POST', KEYS, { public_key: freshKey().public_key })).toMatchObject(late);
    expect(await gateway.owner('DELETE', `${KEYS}/${body.id}`)).toMatchObject(late);
    gateway.others.silent = false;
    expect((await gateway.owner('DELETE', `${KEYS}/${body.id}`)).status).toBe(204);
  });

  it('are Ed25519 and public: what else comes is refused, saying what is wrong', async () => {
    const { gateway } = await started();
    const key = freshKey();
    const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { publicKey: x25519 } = generateKeyPairSync('x25519');
    for (const [public_key, detail] of [
      [key.private, 'is the private part of a key'],
      [rsa.export({ format: 'jwk' }), 'OKP'],
      [x25519.export({ format: 'jwk' }), 'Ed25519'],
      [{ ...key.public_key, x: `${String(key.public_key.x)}A` }, '32 bytes'],
      [{ ...key.public_key, x: `${String(key.public_key.x).slice(0, 42)}B` }, '32 bytes'],
      [{ ...key.public_key, note: 1 }, 'is not a known field'],
    ] as const) {
      const { status, body } = await gateway.owner('POST', KEYS, { public_key });
      expect([status, body.code]).toEqual([400, 'invalid_request']);
      expect(JSON.stringify(body.errors)).toContain(detail);
      expect(JSON.stringify(body)).not.toContain(String(key.private.d));
    }
    expect(
      await gateway.owner('POST', KEYS, { public_key: { ...key.public_key, use: 'sig', ext: true } }),
    ).toMatchObject({ status: 201, body: { public_key: key.public_key } });
  });

  it('are at most so many in force', async () => {
    const { gateway } = await started();
    const ids: string[] = [];
    for (let count = 0; count < MAX_SIGNING_KEYS; count += 1) {
      const { status, body } = await gateway.owner('POST', KEYS, { public_key: freshKey().public_key });
      expect(status).toBe(201);
      ids.push(body.id);
    }
    const { public_key } = freshKey();
    expect(await gateway.owner('POST', KEYS, { public_key })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', detail: expect.stringContaining('revoke one first') },
    });
    await gateway.owner('DELETE', `${KEYS}/${ids[0]}`);
    expect((await gateway.owner('POST', KEYS, { public_key })).status).toBe(201);
    const pages = await gateway.owner('GET', `${KEYS}?limit=4`);
    expect(pages.body.items).toHaveLength(4);
    const rest = await gateway.owner('GET', `${KEYS}?after=${pages.body.next}`);
    expect(rest.body).toMatchObject({ items: [{}, {}], next: null });
  });

  it("are each agent's own", async () => {
    const { gateway } = await started();
    await gateway.owner('PUT', '/v1/agents/other', { owner: 'alice' });
    const { public_key } = freshKey();
    await gateway.owner('POST', KEYS, { public_key });
    expect(await gateway.owner('POST', '/v1/agents/other/signing-keys', { public_key })).toMatchObject({
      status: 409,
      body: { code: 'already_exists' },
    });
  });

  it('are managed by who manages agents, and of nobody unknown', async () => {
    const { gateway, agent, olga } = await started();
    const { public_key } = freshKey();
    for (const caller of [agent, olga])
      expect(await caller('POST', KEYS, { public_key })).toMatchObject({
        status: 403,
        body: { code: 'forbidden', required_permission: 'manage_agents' },
      });
    expect(await olga('GET', KEYS)).toMatchObject({ status: 200, body: { items: [] } });
    for (const [method, url, body] of [
      ['POST', '/v1/agents/nobody/signing-keys', { public_key }],
      ['GET', '/v1/agents/nobody/signing-keys', undefined],
      ['DELETE', `${KEYS}/${'a'.repeat(43)}`, undefined],
    ] as const)
      expect(await gateway.owner(method, url, body)).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
  });
});
