import type { JsonObject } from '@countersign/event-sourcing';
import { startWork, type Work } from './work.ts';

/** What a change that breaks a rule is answered. */
export const broken = (rule: string) => ({ status: 403, body: { error: 'governance_violation', rule } });

/** Requests about the governance of one work intent: `id` of `work`, both new at each `begin`. */
export function createGoverned() {
  const world = { work: undefined as unknown as Work, id: '' };
  const ask = (as: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: JsonObject) =>
    world.work.ask(as, method, `/intents/${world.id}${path}`, body);
  const change = (as: string, path: string, version: number, body: JsonObject) =>
    world.work.change(as, `/intents/${world.id}${path}`, version, body);
  const requests = {
    ask,
    change,
    govern: (as: string, version: number, policy: JsonObject) => {
      const headers = { 'if-match': String(version) };
      return world.work.engine.request('PUT', `/api/v1/intents/${world.id}/governance`, policy, as, headers);
    },
    complete: (version: number, as = 'creator') =>
      change(as, '/status', version, { status: 'completed', reason: 'done' }),
    /** Id of a new question. */
    async approval(as: string, action = 'complete'): Promise<string> {
      const question = { action, reason: 'all done', context: { tests: 12 } };
      return String((await ask(as, 'POST', '/approvals', question)).body.id);
    },
    approve: (as: string, approvalId: string) => ask(as, 'POST', `/approvals/${approvalId}/approve`),
    spend: (as: string, amount: number) =>
      ask(as, 'POST', '/costs', { cost_type: 'tokens', amount, unit: 'tokens' }),
    async told(type: string, as = 'creator'): Promise<JsonObject[]> {
      const { body } = await ask(as, 'GET', `/events?event_type=${type}`);
      const events = body as unknown as { actor: string; payload: JsonObject }[];
      return events.map(({ actor, payload }) => ({ actor, ...payload }));
    },
    async begin(): Promise<void> {
      world.work = await startWork();
      world.id = await world.work.intent();
    },
    /** A work intent at version 2, active, of `creator`; `worker` administers it too. */
    async started(policy: JsonObject): Promise<void> {
      world.id = await world.work.intent({ governance_policy: policy });
      await change('creator', '/status', 1, { status: 'active', reason: 'go' });
      await world.work.grant(world.id, 'worker', 'admin');
    },
  };
  return { world, requests };
}
