import { problem } from '@countersign/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './reply.ts';

/** The addresses of a server, to tell a wrong method from a wrong path. */
export interface Addresses {
  add(method: string, template: string): void;
  /** The methods that a path is offered with, sorted. */
  methodsOf(path: string): readonly string[];
}

/** Remembers routes as the framework writes them (`/v1/agents/:id`). Only refusals look into it. */
export function rememberAddresses(): Addresses {
  const routes: { method: string; pattern: RegExp }[] = [];
  return {
    add(method, template) {
      const pattern = template.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[^/]+/g, '[^/]+');
      routes.push({ method, pattern: new RegExp(`^${pattern}$`) });
    },
    methodsOf(path) {
      const methods = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
      return [...new Set(methods)].sort();
    },
  };
}

/** Answers 405 with `Allow` where the path is good and the method is not, else 404. */
export function answerNoRoute(addresses: Addresses, request: FastifyRequest, reply: FastifyReply) {
  const [path = ''] = request.url.split('?', 1);
  const methods = addresses.methodsOf(path);
  if (methods.length === 0)
    return sendProblem(reply, problem('not_found', 'nothing is served under this path'));
  const allow = methods.join(', ');
  const wrongMethod = problem('not_found', `${request.method} is not offered here; offered: ${allow}`);
  sendProblem(reply, { ...wrongMethod, status: 405 }, { allow });
}
