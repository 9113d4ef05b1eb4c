import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { FAKE_KEY, type FakeOptions, startFakeCountersign } from '../../test/fake-countersign.ts';
import { type ConnectOptions, connect, isCountersignError } from '../index.ts';

const call = { agent_id: 'bot', tool_name: 'read', arguments: {}, reason: 'test', redeem: true };
const quick = { baseDelayMs: 1, maxDelayMs: 2 };

let stop = async () => {};
afterEach(() => stop());

async function start(fakeOptions: FakeOptions = {}, options: Partial<ConnectOptions> = {}) {
  const fake = await startFakeCountersign(fakeOptions);
  stop = fake.close;
  return { fake, client: connect({ url: fake.url, key: FAKE_KEY, retry: quick, ...options }) };
}

const problemOf = async (work: Promise<unknown>) => {
  const thrown = await work.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => error,
  );
  if (!isCountersignError(thrown)) throw thrown;
  return thrown.problem;
};

describe('requests', () => {
  it('sends an announcement again under the same key, until it is answered', async () => {
    const faults = ['lose_request', 'unavailable', 'lose_answer', 'overloaded'] as const;
    const { fake, client } = await start({ fault: () => faults[fake.requests.length - 1] ?? 'none' });
    const answer = await client.toolCalls.announce(call);
    expect(answer).toMatchObject({ status: 'redeemed', replayed: true });
    expect(new Set(fake.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(fake.requests[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(fake.requests).toHaveLength(5);
  });

  it.each(['deny', 'undecided', 'throttle', 'over_quota'] as const)(
    'never repeats after %s',
    async (decision) => {
      const { fake, client } = await start({ decide: () => decision });
      await problemOf(client.toolCalls.announce(call));
      expect(fake.requests).toHaveLength(1);
    },
  );

  it('gives up after the attempts of the policy, with the last problem', async () => {
    const { fake, client } = await start(
      { fault: () => 'unavailable' },
      { retry: { ...quick, attempts: 3 } },
    );
    expect(await problemOf(client.toolCalls.announce(call))).toMatchObject({
      code: 'unavailable',
      status: 503,
    });
    expect(fake.requests).toHaveLength(3);
  });

  it('gives up at once when Retry-After is beyond the total time', async () => {
    const later = { status: 503, body: { code: 'overloaded' }, headers: { 'retry-after': '3600' } };
    const { fake, client } = await start({ answer: () => later });
    expect(await problemOf(client.tools.list())).toMatchObject({ retry_after_ms: 3_600_000 });
    expect(fake.requests).toHaveLength(1);
  });

  it('repeats what must happen once only where the server says that nothing happened', async () => {
    const lost = await start({ fault: () => 'lose_answer' });
    expect((await problemOf(lost.client.killSwitches.engage({ scope: 'all', reason: 'r' }))).code).toBe(
      'no_answer',
    );
    expect(lost.fake.requests).toHaveLength(1);
    await lost.fake.close();
    const refused = await start({ fault: () => 'overloaded' }, { retry: { ...quick, attempts: 2 } });
    await problemOf(refused.client.killSwitches.engage({ scope: 'all', reason: 'r' }));
    expect(refused.fake.requests).toHaveLength(2);
  });

  it('ends an attempt that gets no answer, and tries again', async () => {
    const { fake, client } = await start(
      { fault: () => (fake.requests.length === 1 ? 'hang' : 'none') },
      { retry: { ...quick, attemptTimeoutMs: 50 } },
    );
    expect(await client.toolCalls.announce(call)).toMatchObject({ replayed: true });
  });

  it('ends an attempt even where the given fetch takes no notice of its signal', async () => {
    const deaf: typeof fetch = () => new Promise(() => {});
    const { client } = await start(
      {},
      { fetch: deaf, retry: { ...quick, attempts: 2, attemptTimeoutMs: 5 } },
    );
    expect((await problemOf(client.health.live())).code).toBe('timed_out');
  });

  it('is aborted by the signal, and not tried again', async () => {
    const { fake, client } = await start({ fault: () => 'hang' });
    const abort = new AbortController();
    const pending = problemOf(client.toolCalls.announce(call, { signal: abort.signal }));
    while (fake.requests.length === 0) await new Promise(setImmediate);
    abort.abort();
    expect((await pending).code).toBe('aborted');
    expect(fake.requests).toHaveLength(1);
  });

  it('sends key, organization and JSON, and nothing else to nobody else', async () => {
    const { fake, client } = await start(
      { answer: () => ({ status: 307, body: {}, headers: { location: 'http://127.0.0.1:1/' } }) },
      { organization: 'acme' },
    );
    expect((await problemOf(client.tools.list({ limit: 5 }))).code).toBe('unexpected_answer');
    expect(fake.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${FAKE_KEY}`,
      'countersign-organization': 'acme',
    });
    expect(fake.requests).toHaveLength(1);
  });
});

describe('the key', () => {
  const printed = (value: unknown) => inspect(value, { depth: 20, showHidden: true, getters: true });

  it('shows up in no client, error or problem, whatever server and fetch say', async () => {
    const echo = (text: string) => ({
      status: 400,
      body: { code: 'invalid_request', detail: text, [text]: text },
    });
    const { client } = await start({ answer: ({ headers }) => echo(`you sent ${headers.authorization}`) });
    const echoed = await client.tools.list().catch((error: unknown) => error);
    const telling: typeof fetch = (_, init) =>
      Promise.reject(new TypeError(`invalid header ${JSON.stringify(init)}`, { cause: new Error(FAKE_KEY) }));
    const told = await connect({ url: 'http://fake', key: FAKE_KEY, fetch: telling, retry: quick })
      .tools.list()
      .catch((error: unknown) => error);
    const refused = await new Promise((resolve) => {
      try {
        connect({ url: 'http://fake', key: `${FAKE_KEY}\n` });
      } catch (error) {
        resolve(error);
      }
    });
    for (const value of [client, echoed, told, refused]) {
      expect(printed(value)).not.toContain(FAKE_KEY);
    }
    expect(printed(echoed)).toContain('you sent Bearer [key]');
    expect(printed(refused)).toContain('trim what comes from a file');
  });
});

describe('connect', () => {
  it('names every option that is wrong', () => {
    const wrong = { url: 'ftp://user:pw@host', key: '', retry: { attempts: 0, totalMs: 0.5 } };
    try {
      connect(wrong);
      expect.fail('it did not throw');
    } catch (thrown) {
      if (!isCountersignError(thrown)) throw thrown;
      expect(thrown.problem.errors?.map(({ pointer }) => pointer)).toEqual([
        '/url',
        '/key',
        '/retry/attempts',
        '/retry/totalMs',
      ]);
    }
  });

  it('keeps a path prefix of the url', async () => {
    const seen: string[] = [];
    const record: typeof fetch = async (input) => {
      seen.push(String(input));
      return Response.json({ items: [], next: null });
    };
    await connect({ url: 'https://host/countersign/', key: 'cs_x', fetch: record }).tools.list({
      after: 'a b',
    });
    expect(seen).toEqual(['https://host/countersign/v1/tools?after=a+b']);
  });
});
