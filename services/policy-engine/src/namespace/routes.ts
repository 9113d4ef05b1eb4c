import type { AclResource, Principal } from '@countersign/access';
import { type JsonObject, type Namespace as NamespaceView, routes } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import {
  actorOf,
  allRows,
  answered,
  edgeMetadata,
  openIntentTime,
  page,
  personal,
  type ServiceDependencies,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { type Gate, notFound } from '../access/gate.ts';
import type { OpenMessage } from '../openintent/open-message.ts';
import type { BeginList } from '../workintent/begin-list.ts';
import type { CreateNamespace, Namespace, NamespaceRejection } from './decide.ts';
import { type createNamespacesView, type NamespaceRow, namespaceKey, namespacesView } from './view.ts';

interface NamespaceRouteDependencies {
  readonly service: ServiceDependencies;
  readonly namespaces: CommandHandler<Namespace, CreateNamespace, NamespaceRejection>;
  readonly view: ReturnType<typeof createNamespacesView>;
  readonly gate: Gate;
  readonly open: OpenMessage;
  readonly beginList: BeginList;
  readonly caughtUp: (position?: number) => Promise<unknown>;
}

/** Serves namespaces to those whom their lists let in. */
export function namespaceRoutes(app: FastifyInstance, deps: NamespaceRouteDependencies): void {
  const { service, namespaces, view, gate, open, beginList, caughtUp } = deps;
  const resource = (id: string): AclResource => ({ kind: 'namespace', id });
  const ownsList = (principal: Principal, id: string) => gate.levelOn(principal, resource(id)) === 'admin';
  const streamOf = (organization: string, id: string) => streamName('namespace', `${organization}:${id}`);

  const shown = async ({ organization, namespace, ...row }: NamespaceRow): Promise<NamespaceView> => ({
    namespace,
    description: ((await open(streamOf(organization, namespace), 1)).fields as JsonObject)
      .description as NamespaceView['description'],
    created_by: row.created_by,
    created_at: openIntentTime(row.created_at),
  });

  mount(app, routes.createNamespace, async ({ body, principal }) => {
    await caughtUp();
    const refused = gate.newcomer(principal);
    if (refused) return refused;
    const { organization } = principal;
    const begun = await beginList(principal, resource(body.namespace), {});
    // A list without its namespace was begun by who did not come any further: who owns it goes on from there.
    const goesOn = isProblem(begun) && begun.code === 'already_exists' && ownsList(principal, body.namespace);
    if (isProblem(begun) && !goesOn) return begun;
    const handled = await namespaces.handle(
      streamOf(organization, body.namespace),
      {
        kind: 'create',
        created: { namespace: body.namespace, by: actorOf(principal) },
        personal: personal(principal.id, service.disclose('description', body.description)),
      },
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ position }) => {
      await caughtUp(position);
      const row = await service.views.find(view, namespaceKey(organization, body.namespace));
      return row ? ({ status: 201, body: await shown(row) } as const) : notFound({ kind: 'namespace' });
    });
  });

  mount(app, routes.listNamespaces, async ({ query, principal }) => {
    await caughtUp();
    const { organization } = principal;
    const seen: NamespaceRow[] = [];
    for await (const row of allRows<NamespaceRow>(service.views, namespacesView.name, { organization }))
      if (gate.levelOn(principal, resource(row.namespace)) !== null) seen.push(row);
    return { status: 200, body: await page(seen, query, ({ namespace }) => namespace, shown) };
  });

  mount(app, routes.getNamespace, async ({ params, principal }) => {
    await caughtUp();
    const admitted = gate.admit(principal, resource(params.id), 'read');
    if (isProblem(admitted)) return admitted;
    const row = await service.views.find(view, namespaceKey(principal.organization, params.id));
    return row ? ({ status: 200, body: await shown(row) } as const) : notFound({ kind: 'namespace' });
  });
}
