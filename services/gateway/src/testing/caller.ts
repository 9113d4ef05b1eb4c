import { problemsOf, type RouteDefinition, routes } from '@countersign/contracts';
import type { Answer as Answered } from '@countersign/testing';
import type { FastifyInstance } from 'fastify';

/** An answer as a test looks at it. */
export interface Answer extends Pick<Answered, 'status' | 'body'> {
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Calls with one key. */
export type Caller = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** Calls into a server that does not listen, with a key. */
export function callerOf(app: FastifyInstance, key: string): Caller {
  return async (method, url, body, headers = {}) => {
    const answer = await app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const text = answer.payload;
    const answered = { status: answer.statusCode, body: text === '' ? null : JSON.parse(text) };
    const undocumented = undocumentedBy(method, url, answered);
    if (undocumented) throw new Error(`${undocumented}: ${text}`);
    return { ...answered, headers: answer.headers };
  };
}

/** What is wrong with an answer by the contract: every status and every problem of a route stands in its document. */
function undocumentedBy(
  method: string,
  url: string,
  { status, body }: Omit<Answer, 'headers'>,
): string | null {
  const [path = ''] = url.split('?', 1);
  const route = (Object.values(routes) as RouteDefinition[]).find(
    (one) => one.method === method && templateOf(one).test(path),
  );
  if (!route) return null;
  if (status < 400) return status in route.responses ? null : `${route.operationId} has no status ${status}`;
  return problemsOf(route).includes(body.code) ? null : `${route.operationId} has no problem ${body.code}`;
}

function templateOf({ path }: RouteDefinition): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}
