import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { SeenRequest } from '../test/fake-countersign.ts';
import { start, stopAll, until } from '../test/guard-setup.ts';
import { isCountersignError } from './index.ts';

afterEach(stopAll);

/** An installation with requests that wait, and a client. `failing` looks at them fail. */
async function world(failing = 0) {
  const waiting = new Set<string>();
  const answered: string[] = [];
  let failures = failing;
  const answer = ({ method, path }: SeenRequest) => {
    if (path === '/v1/access-requests') {
      if (failures-- > 0) return { status: 503, body: { code: 'unavailable', detail: 'starting' } };
      const items = [...waiting].map((id) => ({ id, intent_id: 'i1', status: 'pending' }));
      return { status: 200, body: { items, next: null } };
    }
    const [, id = '', verb = ''] = /access-requests\/(\w+)\/(approve|deny)$/.exec(path) ?? [];
    if (method !== 'POST' || id === '') return undefined;
    if (!waiting.delete(id)) return { status: 410, body: { code: 'already_decided', detail: 'it is' } };
    answered.push(`${verb} ${id}`);
    return { status: 200, body: { id, status: verb === 'deny' ? 'denied' : 'approved' } };
  };
  const { fake, client } = await start({ answer });
  const open = (id: string) => {
    waiting.add(id);
    fake.events.publish('accessrequest.opened');
  };
  return { fake, client, waiting, answered, open };
}

describe('onAccessRequested', () => {
  it('shows what waited before and what comes, each once, and answers as the handler says', async () => {
    const { fake, client, answered, waiting, open } = await world();
    waiting.add('before');
    const ended = new AbortController();
    const shown: string[] = [];
    const handling = client.onAccessRequested(
      ({ id }) => {
        shown.push(id);
        if (id === 'later') return 'defer';
        return id === 'before' ? 'approve' : { decision: 'deny', reason: 'no' };
      },
      { signal: ended.signal },
    );
    await until(() => answered.length === 1);
    open('later');
    open('next');
    await until(() => answered.length === 2);
    expect(shown).toEqual(['before', 'later', 'next']);
    expect(answered).toEqual(['approve before', 'deny next']);
    const [connection] = fake.requestsTo('/v1/events/stream');
    expect(connection?.query.get('types')).toBe('accessrequest.opened');
    ended.abort();
    await handling;
    await until(() => fake.events.openConnections() === 0);
  });

  it('asks nothing while nothing happens', async () => {
    const { fake, client, answered, open } = await world();
    const ended = new AbortController();
    const handling = client.onAccessRequested(() => 'approve', { signal: ended.signal });
    for (const id of ['a', 'b', 'c']) {
      await until(() => fake.events.openConnections() === 1);
      open(id);
      await until(() => answered.includes(`approve ${id}`));
    }
    expect(fake.requestsTo('/v1/access-requests').length).toBeLessThanOrEqual(4);
    ended.abort();
    await handling;
  });

  it('misses nothing and shows nothing twice wherever connections are cut and looks fail', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.nat(4), { maxLength: 5 }),
        fc.nat(2),
        async (count, cutsAfter, failing) => {
          const { fake, client, answered, open } = await world(failing);
          const shown: string[] = [];
          const ended = new AbortController();
          const handling = client.onAccessRequested(
            ({ id }) => {
              shown.push(id);
              return 'approve';
            },
            { signal: ended.signal },
          );
          const left = [...cutsAfter];
          const all = Array.from({ length: count }, (_, n) => `r${n}`);
          for (const id of all) {
            const cut = left.shift();
            if (cut === 0) fake.events.cut();
            else if (cut !== undefined) fake.events.cutAfter(cut);
            open(id);
          }
          await until(() => answered.length === count);
          expect(shown.toSorted()).toEqual(all.toSorted());
          ended.abort();
          await handling;
          await stopAll();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('tells what the handler throws, and goes on', async () => {
    const { client, answered, waiting, open } = await world(1);
    waiting.add('bad');
    const told: unknown[] = [];
    const ended = new AbortController();
    const handling = client.onAccessRequested(
      ({ id }) => {
        if (id === 'bad') throw new Error('of mine');
        return 'approve';
      },
      { signal: ended.signal, onError: (error, request) => told.push([String(error), request?.id ?? null]) },
    );
    await until(() => told.some((one) => JSON.stringify(one).includes('of mine')));
    open('good');
    await until(() => answered.length === 1);
    expect(told).toContainEqual(['Error: of mine', 'bad']);
    ended.abort();
    await handling;
  });

  it('rejects where the key may not read the stream', async () => {
    const forbidden = { status: 403, body: { code: 'forbidden', detail: 'no' } };
    const { client } = await start({
      answer: ({ path }) => (path === '/v1/events/stream' ? forbidden : undefined),
    });
    const thrown = await client.onAccessRequested(() => 'deny').catch((error: unknown) => error);
    expect(isCountersignError(thrown) && thrown.problem.code).toBe('forbidden');
  });
});
