import type { Principal } from '@countersign/access';
import { type Problem, problem, routes } from '@countersign/contracts';
import { isProblem } from '@countersign/http';
import type { ParkedSource } from '@countersign/service';
import type { z } from 'zod';
import { readAnswer } from './read-answer.ts';
import type { AskService, ServiceBehind } from './service-behind.ts';

/** What is parked in another service, in the words in which the gateway's own is asked. */
export function createParkedElsewhere(service: ServiceBehind, ask: AskService): ParkedSource {
  const read = async <Answer>(
    principal: Principal,
    method: 'GET' | 'POST',
    url: string,
    schema: z.ZodType<Answer>,
  ): Promise<Answer | Problem> => {
    const { signal } = new AbortController();
    const request = { principal, method, url, headers: {}, body: null, stream: false, signal };
    const answer = await ask(service, request);
    if (isProblem(answer)) return answer;
    return (await readAnswer(answer, schema)) ?? UNREADABLE;
  };
  return {
    list({ limit, after, processor }, principal) {
      const query = new URLSearchParams({ limit: String(limit) });
      if (after !== undefined) query.set('after', after);
      if (processor !== undefined) query.set('processor', processor);
      const { path, responses } = routes.listParked;
      return read(principal, 'GET', `${path}?${query}`, responses[200]);
    },
    get(id, principal) {
      const { path, responses } = routes.getParked;
      return read(principal, 'GET', path.replace('{id}', id), responses[200]);
    },
    retry(id, principal) {
      const { path, responses } = routes.retryParked;
      return read(principal, 'POST', path.replace('{id}', id), responses[200]);
    },
  };
}

const UNREADABLE = problem(
  'unavailable',
  'a service has answered what the gateway can not read; repeat later',
);
