import { expect } from 'vitest';
import { type Asked, type Installed, install } from './installed.ts';

/** Asks as somebody. */
export type Ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) => Promise<Asked>;

/** An installation with a work intent of the agent `maker`, and keys of `maker`, `worker` and the operator `olga`. */
export async function accessWorld(environment: Record<string, string> = {}) {
  const installed = await install(environment);
  await installed.installation.start();
  const owner: Ask = (method, path, body) => installed.ask(method, path, 'owner', body);
  for (const id of ['maker', 'worker']) await owner('PUT', `/v1/agents/${id}`, { owner: 'owner' });
  for (const id of ['olga', 'nina'])
    await owner('PUT', `/v1/users/${id}`, {
      roles: [{ scope: { organization: 'default' }, role: 'operator' }],
    });
  const maker = await keyFor(installed, 'agent', 'maker');
  const made = await maker('POST', '/api/v1/intents', { title: 'Secret', description: '' });
  expect(made.status).toBe(201);
  const intent = `/api/v1/intents/${made.body.id}`;
  return {
    ...{ installed, owner, maker, intent, id: made.body.id as string },
    worker: await keyFor(installed, 'agent', 'worker'),
    olga: await keyFor(installed, 'user', 'olga'),
    nina: await keyFor(installed, 'user', 'nina'),
  };
}

async function keyFor(installed: Installed, kind: string, id: string): Promise<Ask> {
  const made = await installed.ask('POST', '/v1/keys', 'owner', { principal: { kind, id } });
  return (method, path, body) => installed.ask(method, path, made.body.key, body);
}

/** What the agent `worker` asks for. */
export const WRITE = { requested_permission: 'write', reason: 'I can help', capabilities: ['research'] };
