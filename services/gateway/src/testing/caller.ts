import type { FastifyInstance } from 'fastify';

/** An answer as a test looks at it. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies by name; the contract's schemas are tested elsewhere
  readonly body: any;
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
    return {
      status: answer.statusCode,
      body: text === '' ? null : JSON.parse(text),
      headers: answer.headers,
    };
  };
}
