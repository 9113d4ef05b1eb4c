import { afterEach, describe, expect, it } from 'vitest';
import { closeServer, listen } from '../server/listen.ts';
import { rawConnection } from '../testing/raw-connection.ts';
import { type TestServer, testServer } from '../testing/test-server.ts';
import { type EventStream, openEventStream, type StreamLimits } from './event-stream.ts';

let server: TestServer;

afterEach(() => closeServer(server.app, 0));

const REQUEST = 'GET /stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer cs_reader\r\n\r\n';

/** A client and the sending side of its stream. */
async function connected(limits: Partial<StreamLimits> = {}) {
  server = testServer();
  const { promise: opened, resolve: open } = Promise.withResolvers<EventStream>();
  server.app.get('/stream', (_request, reply) => open(openEventStream(reply, limits)));
  const client = await rawConnection(await listen(server.app, '127.0.0.1', 0));
  client.socket.write(REQUEST);
  return { client, stream: await opened };
}

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

describe('a stream of events', () => {
  it('is sent so that browsers and proxies treat it as one', async () => {
    const { client } = await connected();
    const head = (await client.until('retry: 2000\n\n')).toLowerCase();
    expect(head).toContain('http/1.1 200 ');
    expect(head).toContain('content-type: text/event-stream; charset=utf-8\r\n');
    expect(head).toContain('cache-control: no-store\r\n');
    expect(head).toContain('x-accel-buffering: no\r\n');
  });

  it('carries id, type and JSON on one line each', async () => {
    const { client, stream } = await connected();
    stream.send({ id: '42', event: 'agent.tool.called', data: { text: 'two\nlines' } });
    const received = await client.until('lines');
    expect(received).toContain('id: 42\nevent: agent.tool.called\ndata: {"text":"two\\nlines"}\n\n');
  });

  it('sends comments while nothing happens', async () => {
    const { client } = await connected({ heartbeatMs: 5 });
    expect(await client.until(': \n\n')).toContain(': \n\n');
  });

  it('notices that the client has gone, and takes no more', async () => {
    const { client, stream } = await connected();
    client.socket.destroy();
    await whenAborted(stream.closed);
    expect(stream.send({ id: '1', event: 'x', data: 1 })).toBe(false);
    await stream.drained();
  });

  it('ends with what was sent before', async () => {
    const { client, stream } = await connected();
    stream.send({ id: '1', event: 'x', data: 'last' });
    stream.close();
    expect(await client.until('0\r\n\r\n')).toContain('data: "last"');
    expect(stream.closed.aborted).toBe(true);
  });

  it('ends when the server closes, which needs no grace', async () => {
    const { client, stream } = await connected();
    await client.until('retry');
    await server.app.close();
    expect(stream.closed.aborted).toBe(true);
    expect(await client.closed()).toContain('0\r\n\r\n');
  });

  it('is counted when it opens', async () => {
    const { client } = await connected();
    await client.until('retry');
    expect(server.answered).toMatchObject([{ route: 'GET /stream', status: 200 }]);
  });
});

describe('a client that does not read', () => {
  const big = { id: '1', event: 'x', data: 'x'.repeat(100_000) };

  it('makes the sender wait until it reads again', async () => {
    const { client, stream } = await connected({ bufferBytes: 64 * 1024 * 1024 });
    client.socket.pause();
    // More than the buffers of both sockets hold.
    for (let sent = 0; sent < 200; sent++) stream.send(big);
    let drained = false;
    const waiting = stream.drained().then(() => {
      drained = true;
    });
    await new Promise(setImmediate);
    expect(drained).toBe(false);
    client.socket.resume();
    await waiting;
    expect(stream.closed.aborted).toBe(false);
  });

  it('is cut off when the sender does not wait, and memory stays bounded', async () => {
    const { client, stream } = await connected({ bufferBytes: 1_000_000 });
    client.socket.pause();
    let sent = 0;
    while (!stream.closed.aborted && sent < 1_000) {
      stream.send(big);
      sent++;
    }
    expect(stream.closed.aborted).toBe(true);
    expect(sent).toBeLessThan(1_000);
    client.socket.resume();
    await client.closed();
  });
});
