import {
  type AclPrincipal,
  type AclResource,
  type ContextPart,
  dependencyShown,
  injectedState,
  isEventShown,
  isPartShown,
  type Level,
  lesserLevel,
  type Principal,
  parentShown,
  peersShown,
  principalKey,
} from '@countersign/access';
import { type RelatedIntent, routes, type WorkIntentContext } from '@countersign/contracts';
import type { AclBoard } from '@countersign/directory';
import { isProblem, mount } from '@countersign/http';
import { allRows, fillPage, type ServiceDependencies, shownFrom } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { type Admitted, entriesFor, type Gate, notFound } from '../access/gate.ts';
import type { OpenMessage } from '../openintent/open-message.ts';
import { contextRuleOf } from './context-rule-routes.ts';
import { createNewestEvents } from './events-routes.ts';
import { intentShown, stateOf } from './shown.ts';
import { type WorkIntentRow, workIntentsView } from './view.ts';

interface WorkIntentReadingDependencies {
  readonly service: ServiceDependencies;
  readonly gate: Gate;
  readonly board: Pick<AclBoard, 'grantedIn'>;
  readonly open: OpenMessage;
  readonly findIntent: (organization: string, id: string) => Promise<WorkIntentRow | undefined>;
  readonly caughtUp: (position?: number) => Promise<unknown>;
}

/** How many of the newest events somebody is told of who begins to work on an intent. */
const NEWEST = { limit: 20, offset: 0 };

const NOT_DELEGATED = { delegated_by: null, payload: null } as const;

/** Lists of work intents, and what is around one: no more than the caller may read, nor than its rule lets through. */
export function workIntentReadingRoutes(app: FastifyInstance, deps: WorkIntentReadingDependencies): void {
  const { service, gate, board, open, findIntent, caughtUp } = deps;
  const newest = createNewestEvents(service.views, open);
  const intent = (id: string): AclResource => ({ kind: 'intent', id });

  mount(app, routes.listWorkIntents, async ({ query, principal }) => {
    await caughtUp();
    const { organization } = principal;
    const { status, namespace, offset, limit } = query;
    const where = { organization, ...(status === undefined ? {} : { status }) };
    const rows = allRows<WorkIntentRow>(service.views, workIntentsView.name, where);
    const isShown = (row: WorkIntentRow) =>
      (namespace === undefined || row.namespace === namespace) &&
      gate.levelOn(principal, intent(row.id)) !== null;
    const found = await fillPage(
      shownFrom(rows, isShown, offset),
      limit,
      ({ id }) => id,
      (row) => intentShown(open, row),
    );
    return { status: 200, body: { intents: found.items } };
  });

  mount(app, routes.getWorkIntentContext, async ({ params: { id }, principal }) => {
    await caughtUp();
    const { organization } = principal;
    const admitted = gate.admit(principal, intent(id), 'read');
    if (isProblem(admitted)) return admitted;
    const row = await findIntent(organization, id);
    if (!row) return notFound(intent(id));
    const { level } = admitted;
    const rule = await contextRuleOf(open, row);
    const isShown = (part: ContextPart) => isPartShown(rule, part);
    const related = relatedFor(principal, level);
    const parents = isShown('parent') && row.parent_intent_id ? [row.parent_intent_id] : [];
    const [parent = null] = await related(parents, parentShown);
    const shown = level === 'read' || !isShown('acl') ? null : entriesFor(admitted);
    const peers = isShown('peers') ? peersShown(level, peersOf(admitted)) : [];
    const body: WorkIntentContext = {
      intent_id: id,
      my_permission: level,
      ...(isShown('delegated_by') ? await delegationTo(organization, admitted) : NOT_DELEGATED),
      state: injectedState(rule, await stateOf(open, row)),
      parent,
      dependencies: await related(isShown('dependencies') ? row.depends_on : [], dependencyShown),
      events: isShown('events')
        ? await newest(organization, id, NEWEST, ({ kind }) => isEventShown(level, kind))
        : [],
      acl: shown?.map((entry) => ({ ...named(entry.principal), permission: entry.level })) ?? null,
      peers: peers.map((peer) => ({
        ...named(peer.principal),
        ...(peer.level === undefined ? {} : { permission: peer.level }),
      })),
    };
    return { status: 200, body };
  });

  /** Others that the caller may read as well, shown as far as both levels allow. */
  const relatedFor =
    (principal: Principal, level: Level) =>
    async (ids: readonly string[], show: typeof parentShown): Promise<RelatedIntent[]> => {
      const shown = ids.map(async (id): Promise<RelatedIntent[]> => {
        const both = lesserLevel(level, gate.levelOn(principal, intent(id)));
        const row = both && (await findIntent(principal.organization, id));
        if (!both || !row) return [];
        const { title, status, state, description, constraints } = await intentShown(open, row);
        return [show(both, { id, title, status, state, description, constraints }) as RelatedIntent];
      });
      return (await Promise.all(shown)).flat();
    };

  /** Who handed the intent on to the caller, and what was handed over with it. */
  const delegationTo = async (
    organization: string,
    { acl, granter }: Admitted,
  ): Promise<Pick<WorkIntentContext, 'delegated_by' | 'payload'>> => {
    const own = principalKey(granter.principal);
    const mine = acl.entries.filter((entry) => principalKey(entry.principal) === own);
    for (const entry of mine.toReversed()) {
      const place = board.grantedIn(organization, acl.resource, entry.id);
      const payload = place && (await open(place.subject, place.sequence)).fields.payload;
      if (entry.parent === null && !payload) continue;
      return { delegated_by: entry.grantedBy.id, payload: (payload ?? null) as WorkIntentContext['payload'] };
    }
    return NOT_DELEGATED;
  };
}

function named({ kind, id }: AclPrincipal) {
  return { principal_id: id, principal_type: kind };
}

/** Everybody else whom the list lets in, the creator among them unless removed since. */
function peersOf({ acl, granter }: Admitted) {
  const creators = acl.creatorLeft ? [] : [{ principal: acl.creator, level: 'admin' as Level }];
  const own = principalKey(granter.principal);
  return [...creators, ...acl.entries].filter(({ principal }) => principalKey(principal) !== own);
}
