import { kindOfScope, type RoleCatalog, type RoleScope } from '@countersign/access';
import type { RouteDefinition } from '@countersign/contracts';
import { ownerKeyFile, readOwnerKey } from '@countersign/hosting';
import { closeServer, listen } from '@countersign/http';
import { installToKeep } from './installed.ts';

/** Somebody with a key, and what is known of their rights. */
export interface Somebody {
  readonly name: string;
  readonly key: string;
  readonly kind: 'user' | 'agent' | 'service';
  readonly role: string | null;
  /** Where the role is held. */
  readonly at: { readonly kind: RoleScope; readonly place: string };
  readonly isForeign: boolean;
  readonly ownsInstallation: boolean;
}

/** An answer, of which a stream's body is not read. */
export interface Asked {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Everybody, with an installation to ask. */
export interface Everybody {
  readonly people: readonly Somebody[];
  /** Asks a route with a key; parameters that are not given name nothing that there is. */
  ask(key: string | null, route: RouteDefinition, request: Requested): Promise<Asked>;
  /** Where the ledger is. */
  position(): number;
  close(): Promise<void>;
}

/** What of a route is asked for. */
export interface Requested {
  readonly params: object;
  readonly body?: object;
}

const PLACES = [
  { organization: 'default' },
  { workspace: 'default' },
  { workspace: 'research' },
  { project: 'web' },
  { project: 'apollo' },
] as const;

/**
 * A listening installation with two workspaces, a project in each, and somebody for each role in force at each of them, beside
 * those without a role, an agent, a service, and the owners of another organization and of the installation.
 */
export async function startEverybody(
  roles: RoleCatalog,
  settings: Readonly<Record<string, string>>,
): Promise<Everybody> {
  const { installation, adapters, directory, close } = await installToKeep(settings);
  await installation.start();
  const { origin: url } = await listen(installation.app, '127.0.0.1', 0);
  const ownerKey = readOwnerKey(ownerKeyFile(directory)) ?? '';

  const send = async (
    key: string | null,
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Asked> => {
    const leave = new AbortController();
    const answer = await fetch(`${url}${path}`, {
      method,
      signal: leave.signal,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const type = answer.headers.get('content-type') ?? '';
    const text = type.startsWith('text/event-stream') ? '' : await answer.text();
    leave.abort();
    return { status: answer.status, body: type.includes('json') ? JSON.parse(text) : {} };
  };
  const set = async (method: string, path: string, body: object, headers = {}): Promise<Asked['body']> => {
    const answer = await send(ownerKey, method, path, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const keyOf = async (kind: Somebody['kind'], id: string, headers = {}): Promise<string> =>
    String((await set('POST', '/v1/keys', { principal: { kind, id } }, headers)).key);

  await set('PUT', '/v1/workspaces/research', {});
  await set('PUT', '/v1/projects/web', { workspace: 'default' });
  await set('PUT', '/v1/projects/apollo', { workspace: 'research' });
  for (const id of ['web-bot', 'idle-bot']) await set('PUT', `/v1/agents/${id}`, { project: 'web' });
  await set('POST', '/v1/agents/idle-bot/disable', { reason: 'a test' });
  await set('POST', '/v1/organizations', { id: 'acme' });

  const nobody = {
    kind: 'user',
    role: null,
    at: { kind: 'organization', place: 'default' },
    isForeign: false,
    ownsInstallation: false,
  } as const;
  const people: Somebody[] = [];
  for (const scope of PLACES) {
    const kind = kindOfScope(scope) as RoleScope;
    const [place = ''] = Object.values(scope);
    for (const { role } of roles[kind]) {
      const id = `${role}-${kind}-${place}`;
      await set('PUT', `/v1/users/${id}`, { roles: [{ scope, role }] });
      const at = { kind, place };
      // Who owns the first organization owns the installation.
      const ownsInstallation = role === 'owner' && kind === 'organization';
      people.push({ ...nobody, name: id, key: await keyOf('user', id), role, at, ownsInstallation });
    }
  }
  await set('PUT', '/v1/users/nobody-yet', { roles: [] });
  people.push({ ...nobody, name: 'without a role', key: await keyOf('user', 'nobody-yet') });
  people.push({ ...nobody, name: 'an agent', kind: 'agent', key: await keyOf('agent', 'web-bot') });
  people.push({ ...nobody, name: 'a service', kind: 'service', key: await keyOf('service', 'ci') });
  const inAcme = { 'countersign-organization': 'acme' };
  const ofAcme = { scope: { organization: 'acme' }, role: 'owner' };
  await set('PUT', '/v1/users/ada', { roles: [ofAcme] }, inAcme);
  people.push({
    ...nobody,
    name: 'the owner of another organization',
    key: await keyOf('user', 'ada', inAcme),
    role: 'owner',
    at: { kind: 'organization', place: 'acme' },
    isForeign: true,
  });
  return {
    people,
    ask(key, route, request) {
      const params = request.params as Readonly<Record<string, string>>;
      const path = route.path.replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => params[name] ?? 'nothing-of-the-name',
      );
      return send(key, route.method, path, request.body);
    },
    position: () => adapters.store.acceptedPosition,
    async close() {
      await closeServer(installation.app, 0);
      await close();
    },
  };
}
