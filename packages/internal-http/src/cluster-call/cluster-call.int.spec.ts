import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { closeServer, createServer, listen } from '@countersign/http';
import { createLogger } from '@countersign/telemetry';
import { collectLogs, manualClock } from '@countersign/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { prove } from '../cluster-key/proof.ts';
import { openAnswer } from '../cluster-key/sealed-answer.ts';
import { newClusterKey } from '../testing/keys.ts';
import { createClusterClient, isUnreachable } from './client.ts';
import { clusterCall, serveCluster } from './serve.ts';

const PATH = '/internal/v1/echo';
const BODY = z.strictObject({ text: z.string() });
const BYTES = Buffer.from('{"text":"secret"}');
const REQUEST = { method: 'POST', url: PATH } as const;

/** A service that echoes for those of its cluster, and what it was asked. */
async function serving() {
  const clock = manualClock();
  const key = newClusterKey();
  const asked: string[] = [];
  const app = createServer({
    logger: createLogger({ level: 'fatal', service: 'test', destination: collectLogs() }),
  });
  serveCluster(app, { key, nowMs: clock.nowMs }, [
    clusterCall(PATH, BODY, ({ text }) => {
      asked.push(text);
      return { text };
    }),
  ]);
  const url = await listen(app, '127.0.0.1', 0);
  onTestFinished(() => closeServer(app));
  const client = (options: { key?: typeof key; nowMs?: () => number } = {}) => {
    const made = createClusterClient({ url, key, nowMs: clock.nowMs, ...options });
    onTestFinished(() => made.close());
    return made;
  };
  const post = async (authorization: string | undefined, body = BYTES, path = PATH) => {
    const headers = { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) };
    const answer = await fetch(new URL(path, url), { method: 'POST', headers, body: new Uint8Array(body) });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  return { clock, key, asked, url, client, post };
}

describe('a call between services', () => {
  it('is answered to who has the cluster’s key', async () => {
    const { client } = await serving();
    expect(await client().ask(PATH, { text: 'hello' }, BODY)).toEqual({ text: 'hello' });
  });

  it('is refused without a proof that holds, and nothing is done', async () => {
    const { key, clock, post, asked } = await serving();
    const now = clock.nowMs();
    const good = prove(key, REQUEST, BYTES, now).authorization;
    const refused = [
      undefined,
      'Bearer cs_owner',
      prove(newClusterKey(), REQUEST, BYTES, now).authorization,
      prove(key, { ...REQUEST, method: 'PUT' }, BYTES, now).authorization,
      prove(key, { ...REQUEST, url: '/internal/v1/other' }, BYTES, now).authorization,
      prove(key, REQUEST, BYTES, now - 30_001).authorization,
      prove(key, REQUEST, BYTES, now + 30_001).authorization,
      prove(key, REQUEST, Buffer.from('{"text":"other"}'), now).authorization,
      good.replace(/ [0-9]/, ' 2'),
      `${good}A`,
    ];
    for (const authorization of refused) expect((await post(authorization)).status).toBe(401);
    expect((await post(good, BYTES, `${PATH}?x=1`)).status).toBe(401);
    expect(asked).toEqual([]);
    expect((await post(good)).status).toBe(200);
  });

  it('can not be repeated by who has seen it, as long as its proof holds', async () => {
    const { key, clock, post, asked } = await serving();
    const first = prove(key, REQUEST, BYTES, clock.nowMs() + 30_000).authorization;
    expect((await post(first)).status).toBe(200);
    for (let second = 0; second < 60; second += 1) {
      clock.advance(1_000);
      await post(prove(key, REQUEST, BYTES, clock.nowMs()).authorization);
      expect((await post(first)).status).toBe(401);
    }
    expect(asked).toHaveLength(61);
  });

  it('shows its answer to nobody but who asked', async () => {
    const { key, clock, post } = await serving();
    const { authorization, nonce } = prove(key, REQUEST, BYTES, clock.nowMs());
    const { bytes } = await post(authorization);
    expect(bytes.includes('secret')).toBe(false);
    expect(openAnswer(key, nonce, REQUEST, bytes)?.toString()).toBe('{"text":"secret"}');
    expect(openAnswer(newClusterKey(), nonce, REQUEST, bytes)).toBeNull();
    expect(openAnswer(key, Buffer.alloc(16), REQUEST, bytes)).toBeNull();
    expect(openAnswer(key, nonce, { ...REQUEST, url: '/other' }, bytes)).toBeNull();
    expect(openAnswer(key, nonce, REQUEST, bytes.subarray(0, 20))).toBeNull();
    bytes[15] = (bytes[15] ?? 0) ^ 1;
    expect(openAnswer(key, nonce, REQUEST, bytes)).toBeNull();
  });

  it('is not taken for answered where versions, keys or clocks differ', async () => {
    const { client, clock, asked } = await serving();
    const own = client();
    expect(await own.ask(PATH, { text: 1 }, BODY)).toMatchObject({ code: 'unreachable' });
    expect(await own.ask(PATH, { text: 'x' }, z.strictObject({ other: z.string() }))).toMatchObject({
      code: 'unreachable',
    });
    const stranger = client({ key: newClusterKey() });
    expect(await stranger.ask(PATH, { text: 'x' }, BODY)).toMatchObject({
      code: 'unreachable',
      detail: expect.stringContaining('401'),
    });
    const late = client({ nowMs: () => clock.nowMs() - 31_000 });
    expect(isUnreachable(await late.ask(PATH, { text: 'x' }, BODY))).toBe(true);
    expect(asked).toEqual(['x']);
  });

  it('is not taken for answered when somebody else answers', async () => {
    const app = createServer({
      logger: createLogger({ level: 'fatal', service: 'test', destination: collectLogs() }),
    });
    app.route({
      method: 'POST',
      url: PATH,
      config: { open: true },
      handler: async () => ({ text: 'forged' }),
    });
    const url = await listen(app, '127.0.0.1', 0);
    onTestFinished(() => closeServer(app));
    const client = createClusterClient({ url, key: newClusterKey(), nowMs: Date.now });
    onTestFinished(() => client.close());
    expect(await client.ask(PATH, { text: 'x' }, BODY)).toMatchObject({ code: 'unreachable' });
  });

  it('ends in time when nobody answers, and never throws', async () => {
    const { promise: reached, resolve } = Promise.withResolvers<void>();
    const silent = createTcpServer(() => resolve());
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const url = new URL(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const client = createClusterClient({ url, key: newClusterKey(), nowMs: Date.now, timeoutMs: 50 });
    const asked = client.ask(PATH, { text: 'x' }, BODY);
    await reached;
    expect(await asked).toMatchObject({ code: 'unreachable' });
    const open = client.ask(PATH, { text: 'y' }, BODY);
    await client.close();
    expect(await open).toMatchObject({ code: 'unreachable' });
    silent.close();
    const gone = createClusterClient({ url, key: newClusterKey(), nowMs: Date.now });
    expect(await gone.ask(PATH, { text: 'x' }, BODY)).toMatchObject({
      code: 'unreachable',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
    await gone.close();
  });
});
