import { randomBytes } from 'node:crypto';
import { hashSecret, readApiKey, SECRET_BYTES, writeApiKey } from '@countersign/access';
import { type ApiKey as ApiKeyView, problem, routes } from '@countersign/contracts';
import type { Directory, KeyEntry, Keys } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { mount } from '@countersign/http';
import {
  actorOf,
  answered,
  edgeMetadata,
  page,
  personal,
  type ServiceDependencies,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { openText } from '../display-name.ts';
import { expiryProblem } from '../expiry.ts';
import type { ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { ApiKey, ApiKeyCommand } from './decide.ts';

export interface ApiKeyRouteDependencies {
  readonly service: ServiceDependencies;
  readonly apiKeys: CommandHandler<ApiKey, ApiKeyCommand, 'not_found'>;
  readonly keys: Keys;
  readonly directory: Directory;
  readonly reached: ReachedEverywhere;
}

export function apiKeyRoutes(app: FastifyInstance, deps: ApiKeyRouteDependencies): void {
  const { service, apiKeys, keys, directory } = deps;
  const { sealer, disclose, ids } = service;

  const view = async (entry: KeyEntry): Promise<ApiKeyView> => ({
    id: entry.id,
    principal: entry.data.principal,
    name: await openText(sealer, entry.created, 'name'),
    created_at: entry.created.time,
    expires_at: entry.data.expires_at,
    revoked_at: entry.revokedAt,
  });

  mount(app, routes.createKey, async ({ body, principal }) => {
    const over = expiryProblem(body.expires_at, service.clock);
    if (over) return over;
    const { organization } = principal;
    const holder = body.principal;
    const known =
      holder.kind === 'service' ||
      (holder.kind === 'agent'
        ? directory.agent(organization, holder.id)
        : directory.user(organization, holder.id));
    if (!known) return problem('not_found', `there is no ${holder.kind} ${holder.id}; register it first`);
    const key = writeApiKey(ids.next(), randomBytes(SECRET_BYTES));
    const { id, secret } = readApiKey(key) ?? { id: '', secret: '' };
    const handled = await apiKeys.handle(
      streamName('apikey', id),
      {
        kind: 'create',
        key: {
          key_id: id,
          principal: holder,
          hash: hashSecret(secret),
          expires_at: body.expires_at ?? null,
          created_by: actorOf(principal),
        },
        personal: personal(holder.id, disclose('name', body.name ?? null)),
      },
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ position }) => {
      const late = await deps.reached(position);
      if (late) return late;
      const entry = keys.get(id);
      if (!entry)
        return problem('unavailable', 'the key is made and can not be shown; revoke it and make another');
      return { status: 201, body: { ...(await view(entry)), key } };
    });
  });

  mount(app, routes.listKeys, async ({ query, principal }) => {
    const found = page(keys.list(principal.organization), query, (entry) => entry.id, view);
    return { status: 200, body: { items: await Promise.all(found.items), next: found.next } };
  });

  mount(app, routes.revokeKey, async ({ params, principal }) => {
    const { organization } = principal;
    if (keys.get(params.id)?.organization !== organization)
      return problem('not_found', 'there is no such key');
    const handled = await apiKeys.handle(
      streamName('apikey', params.id),
      { kind: 'revoke', by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ position }) => {
      const late = await deps.reached(position);
      if (late) return late;
      return { status: 204 };
    });
  });
}
