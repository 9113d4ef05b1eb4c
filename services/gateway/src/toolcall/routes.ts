import type { Principal } from '@countersign/access';
import { type Problem, problem, routes } from '@countersign/contracts';
import { type Handler, holdBack, isProblem, mount } from '@countersign/http';
import type { ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import { type CallRow, isEnded, isEnding } from '../views/call-row.ts';
import type { CallWatch } from '../views/call-watch.ts';
import type { createAnnounce } from './announce.ts';
import { viewOf } from './call-view.ts';
import { listCalls } from './list.ts';
import type { createReportOutcome } from './outcome.ts';
import type { PermitTokens } from './permit-token.ts';
import type { Permits } from './permits.ts';
import type { createTimeline } from './timeline.ts';
import { traceparentOf } from './traceparent.ts';
import { type IsKept, isOwn, maySee, type PermittedAt } from './visibility.ts';

interface ToolCallRouteDependencies {
  readonly service: ServiceDependencies;
  readonly announce: ReturnType<typeof createAnnounce>;
  readonly permits: Permits;
  readonly reportOutcome: ReturnType<typeof createReportOutcome>;
  readonly timeline: ReturnType<typeof createTimeline>;
  readonly findCall: (id: string) => Promise<CallRow | undefined>;
  readonly watch: CallWatch;
  readonly tokens: PermitTokens;
  readonly permittedAt: PermittedAt;
  readonly isKept: IsKept;
  /** Resolves when everything is known that has been let go of up to now. */
  readonly knowsRetention: () => Promise<unknown>;
}

const NOT_FOUND = problem('not_found', 'there is no such tool call, or the caller may not see it');

/** The steps of every call wait for their own events: for those of others as well they would wait twice. */
const DURABLY = { answersDurably: true } as const;

/**
 * How long a closing server still waits for what becomes of announced calls. A verdict comes much sooner; people are
 * not waited for, and who asked is told where the call stands.
 */
const CLOSING_WAIT_MS = 500;

/** Serves calls and permits; answers that are held back end when the server closes. */
export function toolCallRoutes(app: FastifyInstance, deps: ToolCallRouteDependencies): void {
  const { service, permits, permittedAt, tokens, isKept } = deps;
  const endWaits = () => setTimeout(deps.watch.end, CLOSING_WAIT_MS).unref();
  app.edge.closing.addEventListener('abort', endWaits, { once: true });

  /** The call if the caller may see it. */
  const seen = async (id: string, principal: Principal): Promise<CallRow | Problem> => {
    const call = await deps.findCall(id);
    if (!call || !maySee(call, principal, permittedAt)) return NOT_FOUND;
    if (isEnded(call.status)) await deps.knowsRetention();
    return isKept(call) ? call : NOT_FOUND;
  };

  /** Who has waited may be somebody else by now: nobody, if the key was revoked meanwhile. */
  const fallen = async (principal: Principal): Promise<Problem | null> => {
    const isInForce = await app.edge.isInForce(principal, service.store.acceptedPosition);
    return isInForce ? null : REVOKED;
  };

  const announceToolCall: Handler<typeof routes.announceToolCall> = async (context) => {
    const { body, headers, principal, request } = context;
    const announcement = {
      principal,
      body,
      idempotencyKey: headers['idempotency-key'],
      traceparent: traceparentOf(request.headers.traceparent),
    };
    if (body.wait_ms === 0) return deps.announce({ ...announcement, signal: undefined });
    // Who waits for a human may leave before one answers; a verdict comes soon enough.
    const gone = new AbortController();
    const leave = () => gone.abort();
    request.raw.socket.once('close', leave);
    const answer = await deps
      .announce({ ...announcement, signal: gone.signal })
      .finally(() => request.raw.socket.off('close', leave));
    return (await fallen(principal)) ?? answer;
  };
  mount(app, routes.announceToolCall, announceToolCall, DURABLY);

  mount(app, routes.getToolCall, async ({ params, query, principal, request }) => {
    const first = await seen(params.id, principal);
    if (isProblem(first)) return first;
    const { after: known = String(first.position) } = query;
    const isNewer = (row: CallRow | undefined) =>
      row !== undefined && isLater(String(row.position), known) && !isEnding(row);
    const changed =
      isEnded(first.status) || isNewer(first)
        ? undefined
        : await holdBack(request, query.wait_ms, async (abandoned) => {
            const change = deps.watch.next(first.id, isNewer, query.wait_ms, abandoned);
            // It may have changed before it was watched.
            return isNewer(await deps.findCall(first.id)) || change;
          });
    if (query.wait_ms > 0) {
      const lost = await fallen(principal);
      if (lost) return lost;
    }
    const call = changed ? await seen(params.id, principal) : first;
    if (isProblem(call)) return call;
    const view = await viewOf(service, tokens, call, principal);
    return isProblem(view) ? view : { status: 200, body: view };
  });

  mount(app, routes.listToolCalls, async ({ query, principal }) => {
    const seesAll = app.edge.allows(principal, 'read');
    const sees = seesAll ? 'all' : (row: CallRow) => maySee(row, principal, permittedAt);
    await deps.knowsRetention();
    const show = (row: CallRow) => viewOf(service, tokens, row, principal);
    const found = await listCalls(service.views, principal, query, sees, isKept, show);
    return isProblem(found) ? found : { status: 200, body: found };
  });

  mount(app, routes.getToolCallTimeline, async ({ params, principal }) => {
    const call = await seen(params.id, principal);
    if (isProblem(call)) return call;
    if (principal.kind !== 'user' && !isOwn(call, principal)) return NOT_FOUND;
    const mayOpen = isOwn(call, principal) || permittedAt(principal, 'read_audit', call);
    const items = await deps.timeline(call, principal, mayOpen);
    return isProblem(items) ? items : { status: 200, body: { items } };
  });

  mount(app, routes.verifyPermit, async ({ body, principal }) => {
    const valid = await permits.verify(body, principal);
    return isProblem(valid) ? valid : { status: 200, body: valid };
  });

  const redeemPermit: Handler<typeof routes.redeemPermit> = async ({ body, principal }) => {
    const valid = await permits.redeem(body, principal);
    return isProblem(valid) ? valid : { status: 200, body: valid };
  };
  mount(app, routes.redeemPermit, redeemPermit, DURABLY);

  const reportOutcome: Handler<typeof routes.reportOutcome> = async ({ params, body, principal }) => {
    const answer = await deps.reportOutcome(params.id, body, principal);
    return isProblem(answer) ? answer : { status: 200, body: answer };
  };
  mount(app, routes.reportOutcome, reportOutcome, DURABLY);
}

/** Positions are opaque to callers, and compare by length, then text. */
function isLater(position: string, other: string): boolean {
  return position.length === other.length ? position > other : position.length > other.length;
}

const REVOKED = problem(
  'unauthenticated',
  'the key was revoked or has expired while the answer was waited for',
);
