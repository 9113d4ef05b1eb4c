import { type AclResource, delegableFor, type Level, type Principal } from '@countersign/access';
import {
  type AccessEntryRequest,
  type AccessListRequest,
  type DelegationRequest,
  type Problem,
  routes,
} from '@countersign/contracts';
import type { AclBoard } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import {
  answered,
  edgeMetadata,
  lacksLevel,
  personal,
  type ServiceDependencies,
  timeOf,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { OpenMessage } from '../openintent/open-message.ts';
import type { AccessCommand, Wanted } from './commands.ts';
import type { AccessRejection } from './decide.ts';
import { entryShown, listShown } from './entries.ts';
import { type Admitted, entriesFor, type Gate, notFound } from './gate.ts';
import type { Access } from './state.ts';

interface AccessRouteDependencies {
  readonly service: ServiceDependencies;
  readonly lists: CommandHandler<Access, AccessCommand, AccessRejection>;
  readonly board: AclBoard;
  readonly gate: Gate;
  readonly open: OpenMessage;
  /** Resolves when everything that has been accepted, or a position, is known here. */
  readonly caughtUp: (position?: number) => Promise<unknown>;
}

/** The same operations on the lists of work intents and of namespaces. */
export function accessRoutes(app: FastifyInstance, deps: AccessRouteDependencies): void {
  const intent = (id: string): AclResource => ({ kind: 'intent', id });
  const namespace = (id: string): AclResource => ({ kind: 'namespace', id });
  const on = createListOperations(deps);

  mount(app, routes.getIntentAcl, ({ params, principal }) => on.read(principal, intent(params.id)));
  mount(app, routes.putIntentAcl, ({ params, body, principal }) =>
    on.replace(principal, intent(params.id), body),
  );
  mount(app, routes.grantIntentAccess, ({ params, body, principal }) =>
    on.grant(principal, intent(params.id), body),
  );
  mount(app, routes.revokeIntentAccess, ({ params, body, principal }) =>
    on.revoke(principal, intent(params.id), params.entry, body.reason),
  );
  mount(app, routes.delegateIntent, ({ params, body, principal }) =>
    on.delegate(principal, intent(params.id), body),
  );
  mount(app, routes.getNamespaceAcl, ({ params, principal }) => on.read(principal, namespace(params.id)));
  mount(app, routes.putNamespaceAcl, ({ params, body, principal }) =>
    on.replace(principal, namespace(params.id), body),
  );
  mount(app, routes.grantNamespaceAccess, ({ params, body, principal }) =>
    on.grant(principal, namespace(params.id), body),
  );
  mount(app, routes.revokeNamespaceAccess, ({ params, body, principal }) =>
    on.revoke(principal, namespace(params.id), params.entry, body.reason),
  );
  mount(app, routes.delegateNamespace, ({ params, body, principal }) =>
    on.delegate(principal, namespace(params.id), body),
  );
}

function createListOperations({ service, lists, board, gate, open, caughtUp }: AccessRouteDependencies) {
  const { clock, ids, disclose } = service;

  const handle = (organization: string, resource: AclResource, command: AccessCommand, at: string) =>
    lists.handle(
      accessStream(organization, resource),
      command,
      edgeMetadata(service, { organization, time: at }),
    );

  /** Handles what adds one entry, and answers it. */
  const added = async (
    principal: Principal,
    { acl: { resource }, level }: Admitted,
    command: Extract<AccessCommand, { kind: 'grant' | 'delegate' }>,
    id: string,
    reason: string | undefined,
  ) => {
    const handled = await handle(principal.organization, resource, command, command.at);
    const answer = await answered(handled, async ({ state, position }) => {
      await caughtUp(position);
      const entry = state.acl?.entries.find((one) => one.id === id);
      if (!entry) return notFound(resource);
      return { status: 201, body: entryShown(resource, entry, reason ?? null) } as const;
    });
    const required = command.kind === 'grant' ? 'admin' : command.wanted.level;
    return isProblem(answer) ? explained(answer, resource, required, level) : answer;
  };

  return {
    async read(principal: Principal, resource: AclResource) {
      await caughtUp();
      const admitted = gate.admit(principal, resource, 'write');
      if (isProblem(admitted)) return admitted;
      const { acl } = admitted;
      const entries = entriesFor(admitted);
      const deps = { board, open };
      const body = await listShown(deps, principal.organization, acl, entries, clock.nowMs());
      return { status: 200, body } as const;
    },

    async replace(principal: Principal, resource: AclResource, body: AccessListRequest) {
      await caughtUp();
      const admitted = gate.admit(principal, resource, 'admin');
      if (isProblem(admitted)) return admitted;
      const { organization, id } = principal;
      const at = timeOf(clock);
      const wanted = body.entries.map((entry) => wantedBy(ids.next(), entry));
      const reasons = Object.fromEntries(
        body.entries.flatMap(({ reason }, index) => (reason ? [[wanted[index]?.id, reason]] : [])),
      );
      const command: AccessCommand = {
        kind: 'replace',
        by: admitted.granter,
        terms: { defaultPolicy: body.default_policy, defaultLevel: body.default_permission },
        wanted,
        at,
        personal: personal(id, disclose('reasons', reasons)),
      };
      return answered(await handle(organization, resource, command, at), async ({ state, position }) => {
        await caughtUp(position);
        if (!state.acl) return notFound(resource);
        const { acl } = state;
        const shown = await listShown({ board, open }, organization, acl, acl.entries, clock.nowMs());
        return { status: 200, body: shown };
      });
    },

    async grant(principal: Principal, resource: AclResource, body: AccessEntryRequest) {
      await caughtUp();
      const admitted = gate.admit(principal, resource, 'admin');
      if (isProblem(admitted)) return admitted;
      const wanted = wantedBy(ids.next(), body);
      const command = {
        kind: 'grant',
        by: admitted.granter,
        wanted,
        at: timeOf(clock),
        personal: personal(principal.id, disclose('reason', body.reason ?? null), disclose('payload', null)),
      } as const;
      return added(principal, admitted, command, wanted.id, body.reason);
    },

    async delegate(principal: Principal, resource: AclResource, body: DelegationRequest) {
      await caughtUp();
      const admitted = gate.admit(principal, resource, 'read');
      if (isProblem(admitted)) return admitted;
      const id = ids.next();
      const { agent_id, permission: level, max_depth: maxDepth, expires_at: expiresAt } = body;
      const command = {
        kind: 'delegate',
        by: admitted.granter,
        id,
        wanted: { to: { kind: 'agent', id: agent_id }, level, maxDepth, expiresAt },
        at: timeOf(clock),
        personal: personal(
          principal.id,
          disclose('reason', body.reason ?? null),
          disclose('payload', body.payload ?? null),
        ),
      } as const;
      return added(principal, admitted, command, id, body.reason);
    },

    async revoke(principal: Principal, resource: AclResource, entryId: string, reason: string | undefined) {
      await caughtUp();
      const admitted = gate.admit(principal, resource, 'read');
      if (isProblem(admitted)) return admitted;
      const at = timeOf(clock);
      const command: AccessCommand = {
        kind: 'revoke',
        by: admitted.granter,
        entryId,
        at,
        personal: personal(principal.id, disclose('reason', reason ?? null)),
      };
      const handled = await handle(principal.organization, resource, command, at);
      const answer = await answered(handled, async ({ position }) => {
        await caughtUp(position);
        return { status: 204 } as const;
      });
      return isProblem(answer) ? explained(answer, resource, 'admin', admitted.level) : answer;
    },
  };
}

/** The stream of a resource's access list. */
export function accessStream(organization: string, { kind, id }: AclResource) {
  return streamName('access', `${organization}:${kind}:${id}`);
}

function wantedBy(
  id: string,
  entry: Pick<
    AccessListRequest['entries'][number],
    'principal_id' | 'principal_type' | 'permission' | 'delegate' | 'expires_at'
  >,
): Wanted {
  const { principal_id, principal_type, permission: level, delegate, expires_at: expiresAt } = entry;
  const delegable =
    (delegate &&
      delegableFor({ maxDepth: delegate.max_depth, to: delegate.to, level: delegate.permission })) ??
    null;
  return { id, principal: { kind: principal_type, id: principal_id }, level, delegable, expiresAt };
}

/** A refusal by the list itself, with the level that was asked for and the one that is held. */
function explained(refused: Problem, resource: AclResource, required: Level, current: Level): Problem {
  if (refused.code !== 'forbidden') return refused;
  return lacksLevel(resource, required, current, refused.detail);
}
