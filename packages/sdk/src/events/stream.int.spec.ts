import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FAKE_KEY } from '../../test/fake-countersign.ts';
import { start, stopAll, until } from '../../test/guard-setup.ts';
import { type CloudEvent, connect, type EventQuery, isCountersignError } from '../index.ts';

afterEach(stopAll);

const quick = { baseDelayMs: 1, maxDelayMs: 2 };

/** Positions of the first `count` events. */
async function positions(events: AsyncIterable<CloudEvent>, count: number): Promise<number[]> {
  const seen: number[] = [];
  if (count === 0) return seen;
  for await (const { position } of events) {
    seen.push(Number(position));
    if (seen.length === count) break;
  }
  return seen;
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

type Controller = ReadableStreamDefaultController<Uint8Array>;

/** A client whose every connection is a stream that asks the test for its pieces. */
function streaming(pull: (controller: Controller) => void | Promise<void>) {
  const fetch = vi.fn(
    async () =>
      new Response(new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 }), {
        headers: { 'content-type': 'text/event-stream; charset=utf-8' },
      }),
  );
  return { fetch, client: connect({ url: 'http://fake', key: FAKE_KEY, fetch, retry: quick }) };
}

const message = (position: number) =>
  new TextEncoder().encode(`id: ${position}\ndata: ${JSON.stringify({ position: String(position) })}\n\n`);

describe('events.stream', () => {
  it('delivers what was and what comes, and closes when the loop is left', async () => {
    const { fake, client } = await start();
    fake.events.publish();
    const all = positions(client.events.stream({ after: '0' }), 3);
    await until(() => fake.events.openConnections() === 1);
    fake.events.publish();
    fake.events.publish();
    expect(await all).toEqual([1, 2, 3]);
    await until(() => fake.events.openConnections() === 0);
  });

  it('has neither gap nor duplicate wherever the connection is cut, and whatever is repeated', async () => {
    const cuts = fc.array(fc.nat(6), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        cuts,
        fc.nat(3),
        async (count, cutsAfter, repeated) => {
          const { fake, client } = await start();
          const left = [...cutsAfter];
          fake.events.repeatAfterResuming(repeated);
          const all = positions(client.events.stream({ after: '0' }), count);
          for (let event = 0; event < count; event++) {
            const cut = left.shift();
            if (cut !== undefined) fake.events.cutAfter(cut);
            fake.events.publish();
          }
          expect(await all).toEqual(numbers(1, count));
          await stopAll();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('resumes after the last event delivered, with header and query', async () => {
    const { fake, client } = await start();
    for (let event = 0; event < 5; event++) fake.events.publish();
    fake.events.cutAfter(2);
    expect(await positions(client.events.stream({ after: '1', types: ['a.b', 'c.d'] }), 4)).toEqual([
      2, 3, 4, 5,
    ]);
    expect(fake.events.connections).toEqual([
      { lastEventId: '1', after: '1' },
      { lastEventId: '3', after: '3' },
    ]);
  });

  it('begins with what comes next where no position is given', async () => {
    const { fake, client } = await start();
    fake.events.publish();
    const next = positions(client.events.stream(), 1);
    await until(() => fake.events.openConnections() === 1);
    fake.events.publish();
    expect(await next).toEqual([2]);
  });

  it('ends without an error when the signal aborts, waiting or not', async () => {
    const { fake, client } = await start();
    const abort = new AbortController();
    const all = positions(client.events.stream({ after: '0' }, { signal: abort.signal }), 99);
    await until(() => fake.events.openConnections() === 1);
    fake.events.publish();
    abort.abort();
    expect((await all).length).toBeLessThanOrEqual(1);
    await until(() => fake.events.openConnections() === 0);
    const events = client.events.stream({}, { signal: AbortSignal.abort() });
    expect(await positions(events, 1)).toEqual([]);
  });

  it('tries again while the server is away, and throws what trying cannot mend', async () => {
    const answers = [
      { status: 503, body: { code: 'unavailable', detail: 'starting' } },
      { status: 502, body: 'bad gateway' },
      { status: 403, body: { code: 'forbidden', detail: 'no', required_permission: 'read_audit' } },
    ];
    const { fake, client } = await start({ answer: () => answers[fake.requests.length - 1] });
    const thrown = await positions(client.events.stream(), 1).catch((error: unknown) => error);
    expect(isCountersignError(thrown) && thrown.problem.required_permission).toBe('read_audit');
    expect(fake.requests).toHaveLength(3);
  });

  it.each([
    ['is JSON', 'application/json', '{}'],
    ['has a message that is no event', 'text/event-stream', 'data: {"a": 1}\n\n'],
    ['has a message that is no JSON', 'text/event-stream', 'data: {\n\n'],
  ])('throws when the answer %s', async (_, type, text) => {
    const fetch = async () => new Response(text, { headers: { 'content-type': type } });
    const client = connect({ url: 'http://fake', key: FAKE_KEY, fetch, retry: quick });
    const thrown = await positions(client.events.stream(), 1).catch((error: unknown) => error);
    expect(isCountersignError(thrown) && thrown.code).toBe('unexpected_answer');
  });

  it('reads no further than the loop asks for', async () => {
    let pulls = 0;
    const { client } = streaming((controller) => controller.enqueue(message(++pulls)));
    const events = client.events.stream()[Symbol.asyncIterator]();
    for (let taken = 1; taken <= 50; taken++) {
      await events.next();
      expect(pulls).toBe(taken);
    }
    await events.return?.();
  });

  it('connects anew when the server falls silent, but not while the loop is slow', async () => {
    vi.useFakeTimers();
    try {
      let pulls = 0;
      const { fetch, client } = streaming((controller) =>
        pulls++ === 0 ? controller.enqueue(message(1)) : new Promise(() => {}),
      );
      const events = client.events.stream()[Symbol.asyncIterator]();
      await events.next();
      await vi.advanceTimersByTimeAsync(3_600_000);
      expect(fetch).toHaveBeenCalledTimes(1);
      void events.next();
      await vi.advanceTimersByTimeAsync(44_999);
      expect(fetch).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(10);
      expect(fetch).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('lists by type and position', async () => {
    const { fake } = await start({ answer: () => ({ status: 200, body: { items: [], next: null } }) });
    const query: EventQuery = { after: '7', types: ['a.b', 'c.d'], subject: 'toolcall-1' };
    const urls: string[] = [];
    const client = connect({
      url: fake.url,
      key: FAKE_KEY,
      fetch: (input, init) => {
        urls.push(String(input));
        return fetch(input, init);
      },
    });
    await client.events.list({ ...query, limit: 2 });
    expect(urls).toEqual([`${fake.url}/v1/events?after=7&subject=toolcall-1&limit=2&types=a.b%2Cc.d`]);
  });
});
