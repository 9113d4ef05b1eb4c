import { problem, publicEvents, routes } from '@countersign/contracts';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createServer } from '@countersign/http';
import { createEmbeddedBus, createPublisher } from '@countersign/message-bus';
import { DONE, type Reactor, startReactor } from '@countersign/processing';
import { createLogger } from '@countersign/telemetry';
import { collectLogs, manualClock } from '@countersign/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type ParkedSource, parkedHere } from './parked-here.ts';
import { parkedRoutes } from './parked-routes.ts';
import { publishAs } from './publish-as.ts';

const publisher = createPublisher([publishAs(publicEvents['agent.tool.lapsed'], 'tool-lapsed.v1')]);

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A reactor that can't handle calls while `broken` has them, and a server that shows what is parked. */
async function parking(elsewhere: readonly ParkedSource[] = [], group = 'test.one.v1') {
  const store = createMemoryEventStore();
  const processors = createMemoryCheckpoints();
  const bus = createEmbeddedBus({ store, checkpoints: processors, publisher });
  const clock = manualClock();
  const broken = new Set<string>();
  const handled: number[] = [];
  const start = (group: string): Promise<Reactor> =>
    startReactor({
      group,
      bus,
      topics: ['agent.tool'],
      types: ['agent.tool.lapsed'],
      parking: processors,
      subject: (message) => message.subject,
      handle(message) {
        if (broken.has(message.subject)) throw new Error(`${message.subject} can not be handled`);
        handled.push(message.position);
        return DONE;
      },
      now: clock.nowMs,
    });
  const reactors = [await start(group)];
  const logger = createLogger({ level: 'fatal', service: 'test', destination: collectLogs() });
  const app = createServer({
    logger,
    authenticate: (bearer) => ({ kind: 'user', id: bearer, organization: 'default', keyId: 'k' }),
    allows: (principal, permission) => principal.id === 'owner' && permission === 'operate_installation',
  });
  const dependencies = { reactors: () => reactors, processors, bus };
  parkedRoutes(app, dependencies, elsewhere);
  open.push(async () => {
    for (const reactor of reactors) await reactor.close();
    await app.close();
  });

  const ask = async (method: 'GET' | 'POST', url: string, as = 'owner') => {
    const answer = await app.inject({ method, url, headers: { authorization: `Bearer ${as}` } });
    return { status: answer.statusCode, body: answer.json() };
  };
  return {
    source: parkedHere(dependencies),
    broken,
    handled,
    reactors,
    start,
    ask,
    list: async (query = '') => (await ask('GET', `/v1/parked${query}`)).body.items,
    /** One more event of a call; resolves when every reactor has handled or parked it. */
    async happens(call: string) {
      const stream = `toolcall-${call}`;
      const { length } = await store.read(stream, { visibility: 'accepted' });
      const metadata = {
        id: `${call}-${length}`,
        time: new Date(clock.nowMs()).toISOString(),
        organization: 'acme',
      };
      store.append(stream, length === 0 ? 'no-stream' : length, [
        { type: 'tool-lapsed.v1', data: { tool_call_id: call }, metadata },
      ]);
      for (const reactor of reactors) await reactor.reached(store.acceptedPosition);
    },
  };
}

describe('parked subjects', () => {
  it('are shown with what poisoned them and how many wait behind it', async () => {
    const { broken, happens, list, ask, handled } = await parking();
    broken.add('toolcall-a');
    for (const call of ['a', 'b', 'a', 'a']) await happens(call);
    const items = await list();
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        processor: 'test.one.v1',
        subject: 'toolcall-a',
        event_id: 'a-0',
        event_type: 'agent.tool.lapsed',
        position: '1',
        error: { code: 'handler_failed', message: 'toolcall-a can not be handled' },
        attempts: 1,
        waiting: 2,
        parked_at: expect.any(String),
      },
    ]);
    expect(await ask('GET', `/v1/parked/${items[0].id}`)).toEqual({ status: 200, body: items[0] });
    expect(routes.getParked.responses[200].safeParse(items[0]).error).toBeUndefined();
    expect(handled).toEqual([2]);
  });

  it('are released in order, once their cause is gone', async () => {
    const { broken, happens, list, ask, handled } = await parking();
    broken.add('toolcall-a');
    for (const call of ['a', 'b', 'a']) await happens(call);
    const [{ id }] = await list();
    expect(await ask('POST', `/v1/parked/${id}/retry`)).toEqual({
      status: 200,
      body: { id, state: 'parked', handled: 0 },
    });
    broken.clear();
    expect(await ask('POST', `/v1/parked/${id}/retry`)).toEqual({
      status: 200,
      body: { id, state: 'released', handled: 2 },
    });
    expect(handled).toEqual([2, 1, 3]);
    expect(await list()).toEqual([]);
    expect(await ask('POST', `/v1/parked/${id}/retry`)).toMatchObject({ status: 404 });
  });

  it('are those of every group, each by itself, in pages', async () => {
    const { broken, happens, list, reactors, start, ask } = await parking();
    reactors.push(await start('test.two.v1'));
    for (const call of ['a', 'b']) broken.add(`toolcall-${call}`);
    for (const call of ['a', 'b']) await happens(call);
    expect(await list()).toHaveLength(4);
    const two = await list('?processor=test.two.v1');
    expect(two.map(({ processor }: { processor: string }) => processor)).toEqual([
      'test.two.v1',
      'test.two.v1',
    ]);
    const { body: first } = await ask('GET', '/v1/parked?limit=3');
    const { body: second } = await ask('GET', `/v1/parked?limit=3&after=${first.next}`);
    expect([first.items.length, second.items.length, second.next]).toEqual([3, 1, null]);
    broken.clear();
    await ask('POST', `/v1/parked/${two[0].id}/retry`);
    expect(await list()).toHaveLength(3);
  });

  it('are the installation owner’s', async () => {
    const { ask } = await parking();
    expect(await ask('GET', '/v1/parked', 'olga')).toMatchObject({
      status: 403,
      body: { code: 'forbidden', required_permission: 'operate_installation' },
    });
  });

  it('that do not exist are not found', async () => {
    const { ask } = await parking();
    expect(await ask('GET', `/v1/parked/${'0'.repeat(32)}`)).toMatchObject({ status: 404 });
  });
});

describe('parked subjects of several processes', () => {
  /** Subjects a to d are parked in one process, c to f in another, which shows both. */
  async function two() {
    const one = await parking([], 'test.one.v1');
    const other = await parking([one.source], 'test.two.v1');
    const both = [
      { process: one, calls: ['a', 'b', 'c', 'd'] },
      { process: other, calls: ['c', 'd', 'e', 'f'] },
    ];
    for (const { process, calls } of both) {
      for (const call of calls) process.broken.add(`toolcall-${call}`);
      for (const call of calls) await process.happens(call);
    }
    return { one, other };
  }

  it.each([1, 2, 3, 5, 8, 9])('are one list, each once and in order, in pages of %d', async (limit) => {
    const { other } = await two();
    const ids: string[] = [];
    let pages = 0;
    for (let after: string | null = '0'; after !== null; pages += 1) {
      const { body } = await other.ask('GET', `/v1/parked?limit=${limit}&after=${after}`);
      expect(body.items.length).toBeLessThanOrEqual(limit);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      after = body.next;
    }
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(8);
    expect(pages).toBe(Math.ceil(8 / limit));
  });

  it('leave none out behind where the shortest answer of a process ends', async () => {
    const { one } = await two();
    const short: ParkedSource = {
      ...one.source,
      list: (query, by) => one.source.list({ ...query, limit: 1 }, by),
    };
    const other = await parking([short], 'test.two.v1');
    for (const call of ['c', 'd', 'e', 'f']) other.broken.add(`toolcall-${call}`);
    for (const call of ['c', 'd', 'e', 'f']) await other.happens(call);
    const ids: string[] = [];
    for (let after: string | null = '0'; after !== null; ) {
      const { body } = await other.ask('GET', `/v1/parked?limit=100&after=${after}`);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      after = body.next;
    }
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(8);
  });

  it('are one subject where processes share what is parked', async () => {
    const one = await parking();
    one.broken.add('toolcall-a');
    await one.happens('a');
    const other = await parking([one.source, one.source]);
    expect(await other.list()).toEqual(await one.list());
  });

  it('are shown and retried where they are', async () => {
    const { one, other } = await two();
    const [{ id }] = await other.list('?processor=test.one.v1');
    expect(await other.ask('GET', `/v1/parked/${id}`)).toMatchObject({ body: { processor: 'test.one.v1' } });
    one.broken.clear();
    expect(await other.ask('POST', `/v1/parked/${id}/retry`)).toMatchObject({ body: { state: 'released' } });
    expect(await other.ask('GET', `/v1/parked/${id}`)).toMatchObject({ status: 404 });
    expect(await other.list()).toHaveLength(7);
  });

  it('are not said to be all, or none, while one process can not be asked', async () => {
    const outage = problem('unavailable', 'the meter-service can not be reached now');
    const away: ParkedSource = {
      list: async () => outage,
      get: async () => outage,
      retry: async () => outage,
    };
    const { ask, broken, happens, source } = await parking([away]);
    expect(await ask('GET', '/v1/parked')).toEqual({ status: 503, body: outage });
    const id = '0'.repeat(32);
    expect(await ask('GET', `/v1/parked/${id}`)).toEqual({ status: 503, body: outage });
    expect(await ask('POST', `/v1/parked/${id}/retry`)).toEqual({ status: 503, body: outage });
    broken.add('toolcall-a');
    await happens('a');
    const owner = { kind: 'user', id: 'owner', organization: 'default', keyId: 'k' } as const;
    const listed = await source.list({ limit: 1 }, owner);
    const known = 'items' in listed ? listed.items[0]?.id : '';
    expect(await ask('GET', `/v1/parked/${known}`)).toMatchObject({ status: 200 });
  });
});
