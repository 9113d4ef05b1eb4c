import { text } from 'node:stream/consumers';
import { type Problem, problem } from '@countersign/contracts';
import { type ResponseHeaders, report, sendProblem } from '@countersign/http';
import type { UpstreamAnswer } from '@countersign/internal-http';
import type { FastifyReply } from 'fastify';
import { asProblem } from './read-answer.ts';

/** What is about the connection to the service and not about its answer (RFC 9110 section 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Hands a service's answer to the caller as it comes. Problems are read: they are counted here, and nowhere else. */
export async function passOn(reply: FastifyReply, answer: UpstreamAnswer): Promise<void> {
  const headers = headersOf(answer);
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/problem+json')) {
    const { 'content-length': _written, ...others } = headers;
    return sendProblem(reply, await problemOf(answer), others);
  }
  const { closing } = reply.server.edge;
  if (type.startsWith('text/event-stream')) {
    // The client resumes with another gateway.
    const end = () => answer.body.destroy();
    closing.addEventListener('abort', end, { once: true });
    answer.body.once('close', () => closing.removeEventListener('abort', end));
    if (closing.aborted) end();
  }
  reply.code(answer.status).headers(headers);
  if (closing.aborted) reply.header('connection', 'close');
  reply.send(answer.body);
  report(reply, answer.status);
}

function headersOf(answer: UpstreamAnswer): ResponseHeaders {
  const named = String(answer.headers.connection ?? '')
    .toLowerCase()
    .split(/ *, */);
  const kept = Object.entries(answer.headers).flatMap(([name, value]) =>
    value === undefined || HOP_BY_HOP.has(name) || named.includes(name)
      ? []
      : [[name, [value].flat().join(', ')] as const],
  );
  return Object.fromEntries(kept);
}

const BROKEN = problem('unavailable', 'the answer was cut off; repeat the same request');

async function problemOf({ body }: UpstreamAnswer): Promise<Problem> {
  try {
    return asProblem(JSON.parse(await text(body))) ?? BROKEN;
  } catch {
    return BROKEN;
  }
}
