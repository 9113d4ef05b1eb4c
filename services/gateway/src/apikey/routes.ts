import type { Party, Principal } from '@countersign/access';
import {
  type ApiKey as ApiKeyView,
  type KeyCreated,
  type Problem,
  problem,
  routes,
} from '@countersign/contracts';
import { type Directory, isKeyInForce, type KeyEntry, type Keys } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, judged, mount } from '@countersign/http';
import type { Sealer } from '@countersign/sealing';
import { actorOf, answered, edgeMetadata, page, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { openText } from '../display-name.ts';
import { expiryErrors } from '../expiry.ts';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { Granting } from '../user/granting.ts';
import type { ApiKey, ApiKeyCommand, ApiKeyRejection } from './decide.ts';
import type { MakeKey, NewKey } from './make-key.ts';

interface ApiKeyRouteDependencies {
  readonly service: ServiceDependencies;
  readonly apiKeys: CommandHandler<ApiKey, ApiKeyCommand, ApiKeyRejection>;
  readonly makeKey: MakeKey;
  readonly keys: Keys;
  readonly directory: Directory;
  readonly granting: Granting;
  readonly reached: ReachedEverywhere;
}

const NOT_FOUND = problem('not_found', 'there is no such key');
const NOT_SHOWN = problem('unavailable', 'the key is made and can not be shown; revoke it and make another');

/** Serves keys: commands write them, `keys` shows them. */
export function apiKeyRoutes(app: FastifyInstance, deps: ApiKeyRouteDependencies): void {
  const { service, apiKeys, keys, directory } = deps;
  const { clock, sealer } = service;

  const view = createKeyView(sealer);

  const make = async (key: NewKey): Promise<KeyCreated | Problem> => {
    const made = await deps.makeKey(key);
    return answeredEverywhere(made.handled, deps.reached, async () => {
      const entry = keys.get(made.id);
      return entry ? { ...(await view(entry)), key: made.key } : NOT_SHOWN;
    });
  };

  /** Why the caller may not make a key for this holder. */
  const refusalFor = async (principal: Principal, holder: Party): Promise<Problem | null> => {
    const { organization } = principal;
    const known =
      holder.kind === 'service' ||
      (holder.kind === 'agent'
        ? directory.agent(organization, holder.id)
        : directory.user(organization, holder.id));
    if (!known) return problem('not_found', `there is no ${holder.kind} ${holder.id}; register it first`);
    const lacks = await deps.granting.lacksForKeyOf(principal, holder);
    if (lacks === null) return null;
    const acts = `who holds a key of ${holder.kind} ${holder.id} acts as it`;
    if (lacks === 'installation')
      return problem('forbidden', `${acts}: only who owns the installation too makes one`);
    return lacks === 'everything'
      ? problem('forbidden', `${acts}: only who holds every permission of the organization makes one`)
      : problem('forbidden', `${acts}: the caller lacks the permission ${lacks}`, {
          required_permission: lacks,
        });
  };

  const createKey = judged(routes.createKey, ({ body }) => expiryErrors(body.expires_at, clock));
  mount(app, createKey, async ({ body, principal }) => {
    const refused = await refusalFor(principal, body.principal);
    if (refused) return refused;
    const made = await make({
      organization: principal.organization,
      holder: body.principal,
      name: body.name ?? null,
      expiresAt: body.expires_at ?? null,
      by: actorOf(principal),
    });
    return isProblem(made) ? made : { status: 201, body: made };
  });

  const rotateKey = judged(routes.rotateKey, ({ body }) => expiryErrors(body.expires_at, clock));
  mount(app, rotateKey, async ({ params, body, principal }) => {
    const { organization } = principal;
    const old = keys.get(params.id);
    if (old?.organization !== organization) return NOT_FOUND;
    if (old.successor !== null || !isKeyInForce(old, clock.nowMs()))
      return problem('void', 'the key is rotated, revoked or expired: make another one');
    const refused = await refusalFor(principal, old.data.principal);
    if (refused) return refused;
    const name = body.name ?? (await openText(sealer, old.created, 'name'));
    const by = actorOf(principal);
    // The new one first: if the process dies in between, the holder still has a key that is good.
    const made = await make({
      organization,
      holder: old.data.principal,
      name: typeof name === 'string' ? name : null,
      expiresAt: body.expires_at ?? null,
      by,
    });
    if (isProblem(made)) return made;
    const metadata = edgeMetadata(service, { organization });
    const validUntil = new Date(Date.parse(metadata.time) + body.overlap_ms).toISOString();
    const rotated = await apiKeys.handle(
      streamName('apikey', old.id),
      { kind: 'rotate', successor: made.id, validUntil, by },
      metadata,
    );
    // Somebody else has rotated or revoked it meanwhile: no key may be left that nobody has been shown. Not where the ledger
    // does not say what came of it: the old one may have ended, and the holder's next key must be good then.
    if (rotated.kind === 'rejected') await revoke(principal, made.id);
    return answered(rotated, async ({ position }) => {
      // The new key is known everywhere, and stands in this answer alone: it is given though the old one's end is known late.
      await deps.reached(position);
      return { status: 201, body: made };
    });
  });

  const revoke = async (principal: Principal, id: string): Promise<Problem | null> => {
    const { organization } = principal;
    const handled = await apiKeys.handle(
      streamName('apikey', id),
      { kind: 'revoke', by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, () => null);
  };

  mount(app, routes.listKeys, async ({ query, principal }) => {
    const found = await page(keys.list(principal.organization), query, (entry) => entry.id, view);
    return isProblem(found) ? found : { status: 200, body: found };
  });

  mount(app, routes.revokeKey, async ({ params, principal }) => {
    if (keys.get(params.id)?.organization !== principal.organization) return NOT_FOUND;
    return (await revoke(principal, params.id)) ?? { status: 204 };
  });
}

/** A key as it is listed. */
export function createKeyView(sealer: Sealer): (entry: KeyEntry) => Promise<ApiKeyView> {
  return async (entry) => ({
    id: entry.id,
    principal: entry.data.principal,
    name: await openText(sealer, entry.created, 'name'),
    created_at: entry.created.time,
    expires_at: entry.expiresAt,
    revoked_at: entry.revokedAt,
    successor: entry.successor,
  });
}
