import { ownerKeyFile, readOwnerKey } from '@countersign/hosting';
import { expect, it } from 'vitest';
import { install } from './testing/installed.ts';

/** The seat cap of the seed, for an installation of five. */
const SEATS = 5;
const OVERLAY = { gauges: { users: { limit: SEATS, strict: true } } };

async function capped() {
  const { installation, directory } = await install({
    COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY: JSON.stringify(OVERLAY),
  });
  await installation.start();
  const ownerKey = readOwnerKey(ownerKeyFile(directory)) ?? '';
  const ask = async (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    body?: object,
    key = ownerKey,
  ) => {
    const answer = await installation.app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { payload: JSON.stringify(body) } : {}),
    });
    return { status: answer.statusCode, body: answer.payload === '' ? {} : answer.json() };
  };
  const invite = (user: string) => ask('POST', '/v1/invitations', { user, roles: [] });
  /** A seat is free once the meters have heard of it, which takes a moment. */
  const freed = async (take: () => ReturnType<typeof ask>): ReturnType<typeof ask> => {
    const answer = await take();
    return answer.status === 403 ? freed(take) : answer;
  };
  return { ask, invite, freed };
}

it('never are more people members or invited than there are seats, however many are invited at once', async () => {
  const { ask, invite, freed } = await capped();
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => invite(`guest-${index}`)));
  const made = answers.filter(({ status }) => status === 201).map(({ body }) => body);
  // The owner has one.
  expect(made).toHaveLength(SEATS - 1);
  for (const { body } of answers.filter(({ status }) => status !== 201))
    expect(body).toMatchObject({ code: 'forbidden', meter: 'users', limit: SEATS, used: SEATS });
  expect((await ask('PUT', '/v1/users/direct', { roles: [] })).status).toBe(403);
  expect(
    (await ask('PUT', '/v1/users/owner', { roles: [{ scope: { organization: 'default' }, role: 'owner' }] }))
      .status,
  ).toBe(200);

  // Who accepts has the seat of the invitation.
  const [accepted, revoked] = made;
  const path = `/v1/invitations/${accepted.id}/accept`;
  expect((await ask('POST', path, {}, accepted.token)).status).toBe(201);
  expect((await invite('late')).status).toBe(403);
  // One that is revoked gives it back, and so does who is removed.
  await ask('DELETE', `/v1/invitations/${revoked.id}`);
  expect((await freed(() => invite('late'))).status).toBe(201);
  expect((await invite('later')).status).toBe(403);
  await ask('DELETE', `/v1/users/${accepted.user}`);
  expect((await freed(() => ask('PUT', '/v1/users/later', { roles: [] }))).status).toBe(201);
  expect((await invite('latest')).status).toBe(403);
});
