import { type Problem, problem } from '@countersign/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './reply.ts';

/** Codes of the framework's own refusals that the contract has a name for. */
const KNOWN: Readonly<Record<string, (app: FastifyInstance) => Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ initialConfig }) =>
    problem('too_large', `a body has at most ${initialConfig.bodyLimit} bytes`),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    problem('unsupported_media_type', 'send `Content-Type: application/json`, in UTF-8'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    problem('invalid_request', 'the body is not as long as Content-Length says'),
  FST_ERR_BAD_URL: () => problem('invalid_request', 'the path holds a % that begins no UTF-8 character'),
};

/**
 * Answers everything that went wrong outside of a handler's values. What the framework refuses has a name of the
 * contract; everything else is a defect or an outage: logged in full, answered as `unavailable` without a detail of
 * the inside, because a caller who does not know what happened must not take it for a refusal.
 */
export function answerFault(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const { code, statusCode } = faultOf(error);
  const known = KNOWN[code];
  if (known) return sendProblem(reply, known(request.server));
  if (statusCode >= 400 && statusCode < 500) {
    return sendProblem(reply, problem('invalid_request', 'the request could not be read'));
  }
  request.server.edge.logger.error({ err: error, route: request.route }, 'unexpected error');
  sendProblem(reply, problem('unavailable', 'an unexpected error; repeat with the same Idempotency-Key'));
}

function faultOf(error: unknown): { code: string; statusCode: number } {
  const { code, statusCode } =
    typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  return {
    code: typeof code === 'string' ? code : '',
    statusCode: typeof statusCode === 'number' ? statusCode : 0,
  };
}
