import type { KeyObject } from 'node:crypto';
import {
  type AccessHandler as AccessHandlerView,
  MAX_ACCESS_HANDLERS,
  problem,
  routes,
} from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { mount } from '@countersign/http';
import { actorOf, answered, edgeMetadata, page, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { handlerSecret } from './asking.ts';
import type { AccessHandler, AccessHandlerCommand } from './decide.ts';
import type { AccessHandlers, HandlerEntry } from './handlers.ts';

interface AccessHandlerRouteDependencies {
  readonly service: ServiceDependencies;
  readonly registrations: CommandHandler<AccessHandler, AccessHandlerCommand, 'not_found'>;
  readonly handlers: AccessHandlers;
  readonly key: KeyObject;
  /** Resolves when registrations are known up to a position, or what the ledger holds now. */
  readonly reached: (position: number) => Promise<unknown> | undefined;
  readonly caughtUp: () => Promise<unknown>;
}

const NO_HANDLER = problem('not_found', 'there is no such handler');
const TOO_MANY = problem('invalid_request', `there are ${MAX_ACCESS_HANDLERS} handlers: remove one first`);

/** Who is asked about every request for access of an organization. */
export function accessHandlerRoutes(app: FastifyInstance, deps: AccessHandlerRouteDependencies): void {
  const { service, registrations, handlers, key } = deps;

  mount(app, routes.putAccessHandler, async ({ params, body, principal }) => {
    const { organization } = principal;
    await deps.caughtUp();
    const isNew = handlers.get(organization, params.id) === undefined;
    if (isNew && handlers.of(organization).length >= MAX_ACCESS_HANDLERS) return TOO_MANY;
    const data = { handler_id: params.id, ...body, by: actorOf(principal) };
    const handled = await registrations.handle(
      streamOf(organization, params.id),
      { kind: 'register', data },
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ position }) => {
      await deps.reached(position);
      const entry = handlers.get(organization, params.id);
      if (!entry) return NO_HANDLER;
      const secret = handlerSecret(key, organization, params.id);
      const shown = { ...view(entry), secret };
      return isNew ? { status: 201, body: shown } : { status: 200, body: shown };
    });
  });

  mount(app, routes.listAccessHandlers, async ({ query, principal }) => {
    await deps.caughtUp();
    return {
      status: 200,
      body: await page(handlers.of(principal.organization), query, ({ id }) => id, view),
    };
  });

  mount(app, routes.removeAccessHandler, async ({ params, principal }) => {
    const { organization } = principal;
    const handled = await registrations.handle(
      streamOf(organization, params.id),
      { kind: 'remove', data: { handler_id: params.id, by: actorOf(principal) } },
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ position }) => {
      await deps.reached(position);
      return { status: 204 };
    });
  });
}

function streamOf(organization: string, id: string): string {
  return streamName('accesshandler', `${organization}:${id}`);
}

function view({ id, url, timeoutMs, createdAt, updatedAt }: HandlerEntry): AccessHandlerView {
  return { id, url, timeout_ms: timeoutMs, created_at: createdAt, updated_at: updatedAt };
}
