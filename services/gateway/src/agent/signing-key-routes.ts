import { MAX_SIGNING_KEYS, problem, routes, type SigningKey } from '@countersign/contracts';
import type { SigningKeyEntry } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { mount } from '@countersign/http';
import { actorOf, edgeMetadata, page } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { answeredEverywhere } from '../killswitch/reached-everywhere.ts';
import { createAgentRefusal, NO_SUCH_AGENT } from './refusal.ts';
import type { AgentRouteDependencies } from './routes.ts';
import { thumbprintOf } from './thumbprint.ts';

/** The keys with which an agent signs what it puts on Kafka. */
export function signingKeyRoutes(
  app: FastifyInstance,
  {
    service,
    agents,
    directory,
    permittedAt,
    reached,
  }: Omit<AgentRouteDependencies, 'granting' | 'admission'>,
): void {
  const refusalAt = createAgentRefusal(permittedAt);
  const streamOf = (organization: string, id: string) => streamName('agent', `${organization}:${id}`);

  mount(app, routes.addSigningKey, async ({ params, body, principal }) => {
    const refused = refusalAt(principal, 'manage_agents', params.id);
    if (refused) return refused;
    const { organization } = principal;
    const { kty, crv, x } = body.public_key;
    const publicKey = { kty, crv, x };
    const keyId = thumbprintOf(publicKey);
    // What one agent signed must not count as another's: the signature does not cover the organization.
    const holder = directory.signingKeyHolder(keyId);
    if (holder && (holder.organization !== organization || holder.agentId !== params.id))
      return problem('already_exists', 'the key is registered for another agent; each has keys of its own');
    const handled = await agents.handle(
      streamOf(organization, params.id),
      { kind: 'add-signing-key', keyId, publicKey, most: MAX_SIGNING_KEYS, by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, reached, ({ events }) => {
      const entry = directory.agent(organization, params.id)?.signingKeys.find(({ id }) => id === keyId);
      if (!entry) return NO_SUCH_AGENT;
      return events.length > 0 ? { status: 201, body: view(entry) } : { status: 200, body: view(entry) };
    });
  });

  mount(app, routes.listSigningKeys, async ({ params, query, principal }) => {
    const entry = directory.agent(principal.organization, params.id);
    if (!entry || refusalAt(principal, 'read', params.id)) return NO_SUCH_AGENT;
    const sorted = entry.signingKeys.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return { status: 200, body: await page(sorted, query, ({ id }) => id, view) };
  });

  mount(app, routes.revokeSigningKey, async ({ params, principal }) => {
    const refused = refusalAt(principal, 'manage_agents', params.id);
    if (refused) return refused;
    const { organization } = principal;
    const handled = await agents.handle(
      streamOf(organization, params.id),
      { kind: 'revoke-signing-key', keyId: params.key, by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, reached, () => ({ status: 204 }));
  });
}

function view({ id, publicKey, createdAt, revokedAt }: SigningKeyEntry): SigningKey {
  return { id, public_key: publicKey, created_at: createdAt, revoked_at: revokedAt };
}
