import { expect, it } from 'vitest';
import { accessWorld } from './testing/access-world.ts';

type Method = 'GET' | 'POST' | 'PUT';

/** Paths of OpenIntent's server for what is not here, by the rules that speak of it. `{id}` is a work intent of who asks. */
const NOT_SERVED: Readonly<Record<string, readonly (readonly [Method, string])[]>> = {
  'O-INH-3, O-HIT-9: portfolios': [
    ['GET', '/portfolios'],
    ['POST', '/portfolios'],
    ['GET', '/intents/{id}/portfolios'],
  ],
  'O-INH-4, O-DEL-6, O-TG-8: tasks': [
    ['POST', '/tasks'],
    ['GET', '/intents/{id}/tasks'],
  ],
  'O-HIT-11: plans': [
    ['POST', '/plans'],
    ['GET', '/intents/{id}/plans'],
  ],
  'O-HIT-1, O-HIT-2, O-HIT-7: suspensions': [['POST', '/intents/{id}/suspend/respond']],
  'O-PERM-1, O-PERM-2: attachments and subscriptions': [
    ['GET', '/intents/{id}/attachments'],
    ['POST', '/intents/{id}/attachments'],
    ['GET', '/subscribe/intents/{id}'],
  ],
  'O-PERM-3: retry policies, arbitration, decisions': [
    ['PUT', '/intents/{id}/retry-policy'],
    ['POST', '/intents/{id}/arbitrate'],
    ['POST', '/intents/{id}/decisions'],
  ],
  'O-INT-2: dependencies that are added later': [['POST', '/intents/{id}/dependencies']],
  'O-TG-2, O-TG-5, O-TG-6, O-TG-9: grants of tools, their vault and their proxy': [
    ['POST', '/vaults'],
    ['POST', '/credentials'],
    ['POST', '/grants'],
    ['POST', '/invocations'],
    ['POST', '/tools/invoke'],
  ],
  'O-LOG-1, O-LOG-3, O-LOG-4, O-LOG-5: a chain of hashes for each work intent, its checkpoints and proofs': [
    ['GET', '/intents/{id}/events/verify'],
    ['GET', '/checkpoints'],
    ['GET', '/checkpoints/one/proof/two'],
    ['GET', '/verify/consistency'],
    ['POST', '/admin/checkpoints'],
  ],
  'O-DEL-7: federation': [
    ['GET', '/federation/status'],
    ['POST', '/federation/dispatch'],
  ],
};

it.each(Object.entries(NOT_SERVED))('%s are answered 404, and no event comes of asking', async (_, paths) => {
  const { installed, maker, id } = await accessWorld();
  const { store } = installed.adapters;
  const before = store.acceptedPosition;
  for (const [method, path] of paths) {
    const url = `/api/v1${path.replace('{id}', id)}`;
    const { status, body } = await maker(method, url, method === 'GET' ? undefined : {});
    expect([url, status, body.error]).toEqual([url, 404, 'not_found']);
  }
  expect(store.acceptedPosition).toBe(before);
});
