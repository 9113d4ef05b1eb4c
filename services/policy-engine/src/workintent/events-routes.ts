import { type AclResource, type EventKind, includesLevel, principalKey } from '@countersign/access';
import { administeringEventTypes, routes, type WorkIntentEvent } from '@countersign/contracts';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, mount } from '@countersign/http';
import {
  actorOf,
  allRows,
  answered,
  edgeMetadata,
  fillPage,
  personal,
  type ServiceDependencies,
  shownFrom,
  type ViewReader,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { type Admitted, type Gate, notFound } from '../access/gate.ts';
import type { OpenedMessage, OpenMessage } from '../openintent/open-message.ts';
import type { WorkIntentCommand, WorkIntentRejection } from './decide.ts';
import { eventShown, workIntentStream } from './shown.ts';
import type { WorkIntent } from './state.ts';
import { type ToldRow, toldView } from './told-view.ts';
import { workIntentKey } from './view.ts';

interface WorkIntentEventDependencies {
  readonly service: ServiceDependencies;
  readonly workIntents: CommandHandler<WorkIntent, WorkIntentCommand, WorkIntentRejection>;
  readonly gate: Gate;
  readonly open: OpenMessage;
  readonly caughtUp: (position?: number) => Promise<unknown>;
}

/** The newest events of a work intent that a test lets through, opened: at most so many, and no more text than a page has. */
export type NewestEvents = (
  organization: string,
  intentId: string,
  part: { readonly limit: number; readonly offset: number },
  isShown: (row: ToldRow) => boolean,
) => Promise<WorkIntentEvent[]>;

/** Reads rows from the newest on, and opens those that are shown. */
export function createNewestEvents(views: Pick<ViewReader, 'query'>, open: OpenMessage): NewestEvents {
  return async (organization, intentId, { limit, offset }, isShown) => {
    const where = { intent: workIntentKey(organization, intentId) };
    // Of a list that is replaced many are told out of one event.
    let last: { readonly at: string; readonly opened: Promise<OpenedMessage> } | undefined;
    const openedOf = ({ subject, sequence }: ToldRow): Promise<OpenedMessage> => {
      const at = `${subject}:${sequence}`;
      if (last?.at !== at) last = { at, opened: open(subject, sequence) };
      return last.opened;
    };
    const rows = allRows<ToldRow>(views, toldView.name, where);
    const found = await fillPage(
      shownFrom(rows, isShown, offset),
      limit,
      ({ id }) => id,
      async (row) => {
        const { fields, data } = await openedOf(row);
        return eventShown(row, intentId, fields, data);
      },
    );
    return found.items;
  };
}

/** Telling things about a work intent, and reading what was told and what happened. */
export function workIntentEventRoutes(app: FastifyInstance, deps: WorkIntentEventDependencies): void {
  const { service, workIntents, gate, open, caughtUp } = deps;
  const { disclose, views } = service;
  const newest = createNewestEvents(views, open);
  const intent = (id: string): AclResource => ({ kind: 'intent', id });

  mount(app, routes.logWorkIntentEvent, async ({ params, body, principal }) => {
    await caughtUp();
    const required = administeringEventTypes.some((one) => one === body.event_type) ? 'admin' : 'write';
    const admitted = gate.admit(principal, intent(params.id), required);
    if (isProblem(admitted)) return admitted;
    const { organization } = principal;
    const { event_type, payload, trace_id = null, parent_event_id = null } = body;
    const handled = await workIntents.handle(
      workIntentStream(organization, params.id),
      {
        kind: 'log-event',
        intentId: params.id,
        eventType: event_type,
        by: actorOf(principal),
        personal: personal(
          principal.id,
          disclose('payload', payload),
          disclose('trace_id', trace_id),
          disclose('parent_event_id', parent_event_id),
        ),
      },
      edgeMetadata(service, { organization }),
    );
    return answered(handled, async ({ events, position }) => {
      await caughtUp(position);
      const [event] = events;
      if (!event) return notFound(intent(params.id));
      const row: ToldRow = {
        ...({ kind: 'told', principal: null, ended: null, added: null } as const),
        id: event.metadata.id,
        intent: workIntentKey(organization, params.id),
        event_type,
        actor: principal.id,
        subject: event.stream,
        sequence: event.version,
        time: event.metadata.time,
      };
      const body = eventShown(row, params.id, { payload, trace_id, parent_event_id }, {});
      return { status: 201, body } as const;
    });
  });

  mount(app, routes.listWorkIntentEvents, async ({ params, query, principal }) => {
    await caughtUp();
    const admitted = gate.admit(principal, intent(params.id), 'read');
    if (isProblem(admitted)) return admitted;
    const { event_type, since, limit, offset } = query;
    const isShown = (row: ToldRow) =>
      (event_type === undefined || row.event_type === event_type) &&
      (since === undefined || row.time > since) &&
      isListed(admitted, row);
    const part = { limit, offset };
    return { status: 200, body: await newest(principal.organization, params.id, part, isShown) };
  });
}

/** Whether an event is listed: what changed in the access list as far as the list itself is shown. */
function isListed({ level, granter }: Admitted, row: { kind: EventKind; principal: string | null }): boolean {
  if (row.kind !== 'access' || level === 'admin') return true;
  if (row.principal === null || !includesLevel(level, 'write')) return false;
  const groups = granter.groups.map((id) => principalKey({ kind: 'group', id }));
  return [principalKey(granter.principal), ...groups].includes(row.principal);
}
