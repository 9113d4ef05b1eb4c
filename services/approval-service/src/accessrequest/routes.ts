import {
  type AclResource,
  heldBy,
  isSame,
  type Level,
  type Party,
  type Principal,
  principalKey,
} from '@countersign/access';
import { MAX_PAGE_SIZE, type Problem, problem, routes } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import {
  allRows,
  answered,
  edgeMetadata,
  lacksLevel,
  listRows,
  openIntentTime,
  page,
  personal,
  type ServiceDependencies,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { type AccessRequestRow, accessRequestsView, resourceKey } from '../views/access-requests.ts';
import type { AccessRequestCommand, AccessRequestRejection } from './decide.ts';
import type { WhenEntryVisible } from './entry-visible.ts';
import { createOpening, type OpeningDependencies } from './opening.ts';
import type { RequestRights } from './rights.ts';
import { createShownRequest } from './shown.ts';
import type { AccessRequest } from './state.ts';

interface AccessRequestRouteDependencies extends Omit<OpeningDependencies, 'service' | 'rights'> {
  readonly service: ServiceDependencies;
  readonly rights: (app: FastifyInstance) => RequestRights;
  readonly requests: CommandHandler<AccessRequest, AccessRequestCommand, AccessRequestRejection>;
  readonly findRequest: (id: string) => Promise<AccessRequestRow | undefined>;
  readonly whenVisible: WhenEntryVisible;
  /** Resolves when lists, reviews, handlers, registrations and what has been asked are known up to what the ledger holds now. */
  readonly caughtUp: () => Promise<unknown>;
}

const NO_RESOURCE = problem('not_found', 'there is no such thing, or the caller may not see it');
const NO_REQUEST = problem('not_found', 'there is no such request, or the caller may not see it');
const NOT_VISIBLE = problem(
  'unavailable',
  'access is granted and recorded, and the access list has not followed yet; read the request later',
);

/** Requests for access to work intents and namespaces: opened by anybody, decided by who may. */
export function accessRequestRoutes(app: FastifyInstance, deps: AccessRequestRouteDependencies): void {
  const { service, requests, findRequest, caughtUp } = deps;
  const { views, disclose, clock } = service;
  const rights = deps.rights(app);
  const open = createOpening({ ...deps, rights });
  const show = createShownRequest(service, openIntentTime);
  const showAsListed = createShownRequest(service, (time) => time);

  /** A request as it stands once an event at `position` is known, and what it granted can be used. */
  const shownAt = async (id: string, position: number) => {
    await views.reached(position);
    const row = await findRequest(id);
    if (!row) return NO_REQUEST;
    const { decision, asked } = row;
    if (decision && 'entry_id' in decision) {
      const isVisible = await deps.whenVisible(row.organization, asked.resource, decision.entry_id);
      if (!isVisible) return NOT_VISIBLE;
    }
    return show(row);
  };

  /** The request if it is about this resource and the caller may know of it. */
  const findFor = async (
    resource: AclResource,
    id: string,
    principal: Principal,
  ): Promise<AccessRequestRow | Problem> => {
    await caughtUp();
    const row = await findRequest(id);
    if (row?.organization !== principal.organization || row.resource !== resourceKey(resource))
      return NO_REQUEST;
    const nowMs = clock.nowMs();
    if (isSame(row.asked.principal, principal) || rights.mayDecide(resource, principal, nowMs)) return row;
    const level = rights.held(resource, principal, nowMs)?.level ?? null;
    if (level === null) return NO_REQUEST;
    const detail = 'the caller neither administers this nor reviews requests for it';
    return lacksLevel(resource, 'admin', level, detail);
  };

  const decide = async (
    resource: AclResource,
    id: string,
    principal: Principal,
    reason: string | undefined,
    answer: { readonly permission?: Level | undefined; readonly expires_at?: string | undefined } | 'deny',
  ) => {
    const row = await findFor(resource, id, principal);
    if (isProblem(row)) return row;
    const metadata = edgeMetadata(service, { organization: principal.organization, correlation: id });
    const common = {
      by: { kind: principal.kind, id: principal.id },
      time: metadata.time,
      personal: personal(principal.id, reason === undefined ? null : disclose('reason', reason)),
    };
    const standing = rights.standing(resource, principal, Date.parse(metadata.time));
    if (!standing) return NO_RESOURCE;
    const command: AccessRequestCommand =
      answer === 'deny'
        ? { kind: 'deny', ...common }
        : {
            ...{ kind: 'approve', ...common, standing },
            denyRule: rights.denyRule(principal.organization, row.asked.principal as Party, row.position),
            permission: answer.permission,
            expiresAt: answer.expires_at,
            entryId: service.ids.next(),
          };
    const handled = await requests.handle(streamName('accessrequest', id), command, metadata);
    const shown = await answered(handled, ({ position }) => shownAt(id, position));
    if (!isProblem(shown)) return shown;
    if (shown.code === 'already_decided') return { ...shown, status: 410 };
    if (shown.code !== 'forbidden' || answer === 'deny') return shown;
    const { level } = heldBy(standing.acl, standing.granter, Date.parse(metadata.time));
    const required = answer.permission ?? row.asked.requested_permission;
    return lacksLevel(resource, required, level, shown.detail);
  };

  const mountFor = (kind: AclResource['kind']) => {
    const of = OPERATIONS[kind];

    mount(app, of.open, async ({ params, body, principal }) => {
      await caughtUp();
      const opened = await open({ kind, id: params.id }, principal, body);
      if (isProblem(opened)) return opened;
      const shown = await shownAt(opened.id, opened.position);
      return isProblem(shown) ? shown : { status: 201, body: shown };
    });

    mount(app, of.list, async ({ params, principal }) => {
      await caughtUp();
      const resource = { kind, id: params.id };
      const { organization } = principal;
      const nowMs = clock.nowMs();
      const held = rights.held(resource, principal, nowMs);
      if (!held) return NO_RESOURCE;
      const seesAll = rights.mayDecide(resource, principal, nowMs);
      const where = {
        ...{ organization, resource: resourceKey(resource) },
        ...(seesAll ? {} : { requester: principalKey(principal) }),
      };
      const rows: AccessRequestRow[] = [];
      for await (const row of allRows<AccessRequestRow>(views, accessRequestsView.name, where))
        rows.push(row);
      if (!seesAll && held.level === null && rows.length === 0) return NO_RESOURCE;
      const newest = rows.sort((a, b) => b.position - a.position);
      const found = await page(newest, { limit: MAX_PAGE_SIZE }, ({ id }) => id, show);
      return isProblem(found) ? found : { status: 200, body: { access_requests: found.items } };
    });

    mount(app, of.approve, async ({ params, body, principal }) => {
      const shown = await decide({ kind, id: params.id }, params.rid, principal, body.reason, body);
      return isProblem(shown) ? shown : { status: 200, body: shown };
    });

    mount(app, of.deny, async ({ params, body, principal }) => {
      const shown = await decide({ kind, id: params.id }, params.rid, principal, body.reason, 'deny');
      return isProblem(shown) ? shown : { status: 200, body: shown };
    });
  };
  mountFor('intent');
  mountFor('namespace');

  mount(app, routes.listAccessRequests, async ({ query, principal }) => {
    await caughtUp();
    const { organization } = principal;
    const nowMs = clock.nowMs();
    const where = { organization, ...(query.status === undefined ? {} : { status: query.status }) };
    const sees = ({ asked }: AccessRequestRow) =>
      isSame(asked.principal, principal) || rights.mayDecide(asked.resource, principal, nowMs);
    const found = await listRows(views, { view: accessRequestsView.name, where, sees }, query, showAsListed);
    return isProblem(found) ? found : { status: 200, body: found };
  });
}

const OPERATIONS = {
  intent: {
    open: routes.requestIntentAccess,
    list: routes.listIntentAccessRequests,
    approve: routes.approveIntentAccessRequest,
    deny: routes.denyIntentAccessRequest,
  },
  namespace: {
    open: routes.requestNamespaceAccess,
    list: routes.listNamespaceAccessRequests,
    approve: routes.approveNamespaceAccessRequest,
    deny: routes.denyNamespaceAccessRequest,
  },
} as const;
