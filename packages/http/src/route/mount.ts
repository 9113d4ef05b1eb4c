import { type Problem, problem, type RouteDefinition } from '@countersign/contracts';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { answerFault } from '../server/faults.ts';
import { isProblem } from '../server/is-problem.ts';
import { sendJson, sendPlain, sendProblem } from '../server/reply.ts';
import { openEventStream } from '../stream/event-stream.ts';
import type { Answer, AnswerOf, OpenStream } from './answer.ts';
import type { Judged, RouteContext } from './context.ts';
import { readRequest } from './read-request.ts';

/**
 * Answers a request that was read and admitted. Refusals are values; what is thrown is a defect. The result is a type
 * parameter so that the compiler keeps the literals of an answer while it compares it with the route.
 */
export type Handler<Route extends RouteDefinition, Result = AnswerOf<Route> | Problem> = (
  context: RouteContext<Route>,
) => Result | Promise<Result>;

interface MountOptions {
  /** The handler's answers say nothing that is not durable; its problems may. For routes that can't wait twice. */
  readonly answersDurably?: boolean;
}

/**
 * Serves a route of the contract: admission, reading by its schemas, the handler, its answer or problem. What is behind
 * a key leaves when everything that it can be made of is durable.
 */
export function mount<
  const Route extends RouteDefinition,
  const Result extends AnswerOf<NoInfer<Route>> | Problem,
>(
  app: FastifyInstance,
  route: Route,
  handler: Handler<NoInfer<Route>, Result>,
  { answersDurably = false }: MountOptions = {},
): void {
  const { open = false, permission: needs = null, flag = null } = route;
  const { inProject = false, ownCalls = false } = route;
  const { judge } = route as Partial<Judged<RouteDefinition>>;
  const leave = (outcome: Answer | Problem, reply: FastifyReply): void => {
    const needsDisk = !open && !isOutage(outcome) && !(answersDurably && !isProblem(outcome));
    const durable = needsDisk ? app.edge.whenDurable() : null;
    if (durable === null) {
      answer(route, reply, outcome);
      return;
    }
    durable
      .then(
        () => answer(route, reply, outcome),
        () => sendProblem(reply, NOT_DURABLE),
      )
      .catch((error: unknown) => answerFault(error, reply.request, reply));
  };
  app.route({
    method: route.method,
    url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { open, needs, flag, inProject, ownCalls },
    // Who watches a process asks so. Behind a key it is not offered: reading there waits, streams, is charged and recorded.
    exposeHeadRoute: open,
    handler(request, reply) {
      const read = readRequest(route, request, judge);
      if (isProblem(read)) return sendProblem(reply, read);
      const { params, query, headers, body } = read;
      const context = { params, query, headers, body, principal: request.principal, request };
      // The schemas gave these parts, so they have the types that the route's definition says.
      const outcome = handler(context as RouteContext<Route>);
      if (!(outcome instanceof Promise)) return leave(outcome, reply);
      outcome
        .then((settled) => leave(settled, reply))
        .catch((error: unknown) => answerFault(error, request, reply));
    },
  });
}

const NOT_DURABLE = problem('unavailable', 'the ledger has failed; repeat with the same Idempotency-Key');

/** Says nothing of what is known, and must come in time where the disk does not keep up. */
function isOutage(outcome: Answer | Problem): boolean {
  return outcome.status >= 500;
}

function answer(route: RouteDefinition, reply: FastifyReply, outcome: Answer | Problem) {
  if (isProblem(outcome)) return sendProblem(reply, outcome);
  const { status, headers, body, open } = outcome;
  if (open) return startStream(reply, open);
  const response = route.responses[status];
  if (response === undefined || !('contentType' in response)) return sendJson(reply, status, body, headers);
  sendPlain(reply, status, response.contentType, body as string | undefined, headers);
}

function startStream(reply: FastifyReply, open: OpenStream): void {
  const stream = openEventStream(reply);
  const { route, server } = reply.request;
  const sending = async (): Promise<void> => open(stream);
  sending().catch((error: unknown) => {
    server.edge.logger.error({ err: error, route }, 'event stream failed');
    stream.close();
  });
}
