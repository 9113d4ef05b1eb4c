import type { Principal } from '@countersign/access';
import { createLogger } from '@countersign/telemetry';
import { type CollectedLogs, collectLogs } from '@countersign/testing';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { createServer, type ServerOptions } from '../server/create-server.ts';
import type { Answered, Refusal } from '../server/edge.ts';

/** Whom the keys of tests belong to; every other key is good for nobody. */
export const PEOPLE: Readonly<Record<string, Principal>> = {
  cs_reader: { kind: 'user', id: 'reader', organization: 'acme', keyId: 'key-1' },
  cs_agent: { kind: 'agent', id: 'invoices', organization: 'acme', keyId: 'key-2' },
};

/** A server whose keys are known, whose user may only read, and that remembers what it counted and logged. */
export interface TestServer {
  readonly app: FastifyInstance;
  readonly logs: CollectedLogs;
  readonly answered: Answered[];
  readonly refused: Refusal[];
  /** Sends a request with the reader's key, unless the headers say otherwise. */
  ask(options: InjectOptions): Promise<LightMyRequestResponse>;
  /** Sends a JSON body as it is written. */
  post(
    url: string,
    payload: string | Buffer,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>;
}

/** Not listening: requests are injected. */
export function testServer(options: Partial<ServerOptions> = {}): TestServer {
  const logs = collectLogs();
  const answered: Answered[] = [];
  const refused: Refusal[] = [];
  const app = createServer({
    logger: createLogger({ level: 'trace', service: 'test', destination: logs }),
    authenticate: (bearer) => PEOPLE[bearer] ?? null,
    allows: (principal, permission) => principal.kind === 'user' && permission === 'read',
    onAnswered: (answer) => answered.push(answer),
    onRefused: (refusal) => refused.push(refusal),
    ...options,
  });
  const ask: TestServer['ask'] = ({ headers, ...request }) =>
    app.inject({ ...request, headers: { authorization: 'Bearer cs_reader', ...headers } });
  return {
    app,
    logs,
    answered,
    refused,
    ask,
    post: (url, payload, headers) =>
      ask({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } }),
  };
}
