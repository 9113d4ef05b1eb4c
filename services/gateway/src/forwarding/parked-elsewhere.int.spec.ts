import { type Parked, problem, routes } from '@countersign/contracts';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { mount } from '@countersign/http';
import { createEmbeddedBus, createPublisher } from '@countersign/message-bus';
import { parkedRoutes } from '@countersign/service';
import { describe, expect, it } from 'vitest';
import { type GiveRoutes, OLGA, startForwarding } from '../testing/forwarding-cluster.ts';

const ID_OF: Readonly<Record<string, string>> = { 'policy-engine': 'b2', 'meter-service': 'a1' };

const parked = (service: string): Parked => ({
  id: ID_OF[service] ?? '',
  processor: `${service}.v1`,
  subject: 'toolcall-1',
  event_id: 'event-1',
  event_type: 'agent.tool.requested',
  position: '7',
  error: { code: 'handler_failed', message: 'broken' },
  attempts: 3,
  waiting: 0,
  parked_at: '2026-11-21T12:00:00.000Z',
});

/** Two of four services have something parked. */
const services: GiveRoutes = (app, service) => {
  const own = ID_OF[service] === undefined ? [] : [parked(service)];
  const NOT_FOUND = problem('not_found', 'not here');
  mount(app, routes.listParked, ({ query: { after = '', processor } }) => {
    const items = own.filter((one) => one.id > after && one.processor === (processor ?? one.processor));
    return { status: 200, body: { items, next: null } };
  });
  mount(app, routes.getParked, ({ params }) => {
    const one = own.find(({ id }) => id === params.id);
    return one ? { status: 200, body: one } : NOT_FOUND;
  });
  mount(app, routes.retryParked, ({ params }) =>
    own.some(({ id }) => id === params.id)
      ? { status: 200, body: { id: params.id, state: 'released', handled: 1 } }
      : NOT_FOUND,
  );
};

/** A gateway with nothing parked itself. */
const cluster = () =>
  startForwarding(services, {
    gatewayRoutes(app, { parked: elsewhere }) {
      const processors = createMemoryCheckpoints();
      const publisher = createPublisher([]);
      const bus = createEmbeddedBus({ store: createMemoryEventStore(), checkpoints: processors, publisher });
      parkedRoutes(app, { reactors: () => [], processors, bus }, elsewhere);
    },
  });

describe('what is parked in the services of a cluster', () => {
  it('is one list at the gateway, asked for in the name of its caller', async () => {
    const { ask, arrived } = await cluster();
    const answer = await ask('/v1/parked?limit=5');
    expect(await answer.json()).toEqual({
      items: [parked('meter-service'), parked('policy-engine')],
      next: null,
    });
    expect(arrived.map(({ principal }) => principal)).toEqual([OLGA, OLGA, OLGA, OLGA]);
    const one = await ask('/v1/parked?processor=policy-engine.v1');
    expect(await one.json()).toMatchObject({ items: [{ id: 'b2' }] });
    expect(await (await ask('/v1/parked?after=a1')).json()).toMatchObject({ items: [{ id: 'b2' }] });
  });

  it('is retried where it is', async () => {
    const { ask } = await cluster();
    expect(await (await ask('/v1/parked/b2')).json()).toEqual(parked('policy-engine'));
    const retried = await ask('/v1/parked/a1/retry', { method: 'POST' });
    expect(await retried.json()).toEqual({ id: 'a1', state: 'released', handled: 1 });
    expect((await ask('/v1/parked/none/retry', { method: 'POST' })).status).toBe(404);
  });

  it('is not said to be all while a service is away', async () => {
    const { ask, kill } = await cluster();
    await kill('approval-service');
    const answer = await ask('/v1/parked');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('approval-service') });
  });
});
