import type { JsonObject } from '@countersign/event-sourcing';
import { type Answer, type RunningEngine, startAcme } from './running-engine.ts';

/** What agents do with work intents over HTTP, as short as they say it. */
export interface Work {
  readonly engine: RunningEngine;
  ask(
    as: string,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: JsonObject,
  ): Promise<Answer>;
  /** The same with the version that is changed. */
  change(as: string, path: string, version: number, body: JsonObject): Promise<Answer>;
  /** Id of a new work intent of the agent `creator`, unless another is named. */
  intent(body?: JsonObject, as?: string): Promise<string>;
  /** Id of a new entry by the creator. */
  grant(intent: string, agent: string, permission: string, more?: JsonObject): Promise<string>;
}

/** An engine with an organization, and requests in OpenIntent's words. */
export async function startWork(): Promise<Work> {
  const engine = await startAcme();
  const ask: Work['ask'] = (as, method, path, body) => engine.request(method, `/api/v1${path}`, body, as);
  return {
    engine,
    ask,
    change: (as, path, version, body) =>
      engine.request('POST', `/api/v1${path}`, body, as, { 'if-match': String(version) }),
    async intent(body = {}, as = 'creator') {
      const { body: made } = await ask(as, 'POST', '/intents', { title: 'Interop', ...body });
      return String(made.id);
    },
    async grant(intent, agent, permission, more = {}) {
      const entry = { principal_id: agent, permission, ...more };
      const { body } = await ask('creator', 'POST', `/intents/${intent}/acl/entries`, entry);
      return String(body.id);
    },
  };
}
