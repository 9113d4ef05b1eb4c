import { concernsInstallation, type Principal } from '@countersign/access';
import { type Permission, type PlanFlag, type Problem, problem } from '@countersign/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Admission, Authenticated, Edge } from './edge.ts';
import { answerFault } from './faults.ts';
import { isProblem } from './is-problem.ts';
import { pathOf } from './matched-path.ts';
import { claimRefusal, openIntentKey } from './openintent.ts';
import { sendProblem } from './reply.ts';

/** What a route asks of its caller. */
export interface Access {
  readonly open: boolean;
  readonly needs: Permission | null;
  readonly flag: PlanFlag | null;
  readonly inProject: boolean;
  readonly ownCalls: boolean;
}

/**
 * Lets a request go on (`next`) or answers why not: without a host, expecting what nobody knows, closing, without a good key, without the permission, on
 * a plan without the feature. It runs before the body is read, so that nobody without a key makes the server read one.
 */
export function admit(access: Access, request: FastifyRequest, reply: FastifyReply, next: () => void) {
  const { edge } = request.server;
  const unfit = lacksHost(request) ? NO_HOST : expectsTooMuch(request) ? TOO_MUCH_EXPECTED : null;
  if (unfit) return sendProblem(reply, unfit, { connection: 'close' });
  if (access.open) return next();
  if (edge.closing.aborted) {
    return sendProblem(
      reply,
      problem('unavailable', 'the server is closing; repeat with another one or later'),
    );
  }
  const bearer = bearerOf(request.headers.authorization) ?? openIntentKey(request);
  if (bearer === undefined) return sendProblem(reply, NO_KEY, CHALLENGE);
  const settle = (authenticated: Authenticated) => {
    if (authenticated === null) return sendProblem(reply, BAD_KEY, CHALLENGE_BAD_KEY);
    if (isProblem(authenticated)) return sendProblem(reply, authenticated);
    request.principal = authenticated;
    const refused =
      claimRefusal(request) ?? refusalOf(access, request) ?? planRefusal(access, authenticated, edge);
    if (refused) return sendProblem(reply, refused);
    if (edge.admits === null || isOfInstallation(access)) return next();
    const settled = ({ headers, refused }: Admission) => {
      reply.headers(headers);
      if (refused) return sendProblem(reply, refused);
      next();
    };
    const admitted = edge.admits({
      principal: authenticated,
      method: request.method,
      path: pathOf(request),
    });
    if (!(admitted instanceof Promise)) return settled(admitted);
    admitted.then(settled).catch((error: unknown) => answerFault(error, request, reply));
  };
  const authenticated = edge.authenticate(bearer, request.headers, request);
  if (!(authenticated instanceof Promise)) return settle(authenticated);
  authenticated.then(settle).catch((error: unknown) => answerFault(error, request, reply));
}

/** RFC 9112 section 3.2: what is wrong with a request of HTTP/1.1 before anybody asks what it wants. */
function lacksHost({ headers, raw }: FastifyRequest): boolean {
  return headers.host === undefined && raw.httpVersion === '1.1';
}

/** RFC 9110 section 10.1.1: what a request that expects something else than to be told to go on may be answered with. */
function expectsTooMuch({ headers, raw }: FastifyRequest): boolean {
  const { expect } = headers;
  return expect !== undefined && raw.httpVersion === '1.1' && expect.toLowerCase() !== '100-continue';
}

const TOO_MUCH_EXPECTED = {
  ...problem('invalid_request', 'nothing but 100-continue can be expected: leave the header Expect out'),
  status: 417,
};
const NO_HOST = problem('invalid_request', 'a request of HTTP/1.1 names its host: send the header Host');
const NO_KEY = problem('unauthenticated', 'send a key as `Authorization: Bearer cs_…`');
const BAD_KEY = problem('unauthenticated', 'the key is not known, has expired or was revoked');
/** RFC 6750 section 3: without an error code where no key was sent. */
const CHALLENGE = { 'www-authenticate': 'Bearer realm="countersign"' };
const CHALLENGE_BAD_KEY = { 'www-authenticate': 'Bearer realm="countersign", error="invalid_token"' };

const BEARER = /^bearer +([\x21-\x7e]+)$/i;

function bearerOf(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
}

function refusalOf(access: Access, { principal, server }: FastifyRequest): Problem | undefined {
  if (access.needs === null || principal === null) return undefined;
  if (access.ownCalls && principal.kind !== 'user') return undefined;
  if (server.edge.allows(principal, access.needs, access.inProject ? 'anywhere' : 'everywhere'))
    return undefined;
  const detail = `the caller lacks the permission ${access.needs}`;
  return problem('forbidden', detail, { required_permission: access.needs });
}

/** Plans and organizations are put right by it, so no plan throttles it. Nobody but the installation's owner gets so far. */
function isOfInstallation({ needs }: Access): boolean {
  return needs !== null && concernsInstallation(needs);
}

/** Asked last: a plan gives nobody a right. */
function planRefusal({ flag }: Access, principal: Principal, edge: Edge): Problem | undefined {
  if (flag === null || edge.hasFlag(principal, flag)) return undefined;
  return problem(
    'forbidden',
    `the plan of ${principal.organization} does not have the feature ${flag} (its flag)`,
  );
}
