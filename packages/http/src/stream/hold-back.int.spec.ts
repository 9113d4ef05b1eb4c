import { afterEach, describe, expect, it } from 'vitest';
import { mount } from '../route/mount.ts';
import { closeServer, listen } from '../server/listen.ts';
import { rawConnection } from '../testing/raw-connection.ts';
import { readable } from '../testing/test-routes.ts';
import { type TestServer, testServer } from '../testing/test-server.ts';
import { holdBack } from './hold-back.ts';

let server: TestServer;

afterEach(() => closeServer(server.app, 0));

const REQUEST = 'GET /v1/readable HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer cs_reader\r\n\r\n';

/** A server that holds back until `change` resolves; `ok` tells whether it did. */
function serverThatHolds(waitMs: number, change: (abandoned: AbortSignal) => Promise<true>): TestServer {
  server = testServer();
  mount(server.app, readable, async ({ request }) => {
    const changed = await holdBack(request, waitMs, change);
    return { status: 200, body: { ok: changed === true } };
  });
  return server;
}

const never = (): Promise<true> => new Promise(() => {});

describe('holding an answer back', () => {
  it('ends with the change', async () => {
    const { ask } = serverThatHolds(60_000, async () => true);
    expect((await ask({ url: '/v1/readable' })).json()).toEqual({ ok: true });
  });

  it('ends without it after the time asked for', async () => {
    const { ask } = serverThatHolds(5, never);
    expect((await ask({ url: '/v1/readable' })).json()).toEqual({ ok: false });
  });

  it('does not begin when no time is asked for', async () => {
    let asked = false;
    const { ask } = serverThatHolds(0, async () => {
      asked = true;
      return true;
    });
    expect((await ask({ url: '/v1/readable' })).json()).toEqual({ ok: false });
    expect(asked).toBe(false);
  });

  it('ends when the client goes, so that nothing waits for nobody', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<AbortSignal>();
    const { app } = serverThatHolds(60_000, (abandoned) => {
      begin(abandoned);
      return never();
    });
    const { socket } = await rawConnection(await listen(app, '127.0.0.1', 0));
    socket.write(REQUEST);
    const abandoned = await begun;
    const ended = new Promise((resolve) => abandoned.addEventListener('abort', resolve));
    socket.destroy();
    await ended;
    expect(abandoned.aborted).toBe(true);
  });

  it('ends with an answer when the server closes', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { app } = serverThatHolds(60_000, () => {
      begin();
      return never();
    });
    const { socket, closed } = await rawConnection(await listen(app, '127.0.0.1', 0));
    socket.write(REQUEST);
    await begun;
    await closeServer(app);
    expect(await closed()).toContain('{"ok":false}');
  });

  it('leaves nothing behind on a connection that is used again', async () => {
    const { app } = serverThatHolds(1, never);
    const { socket, until } = await rawConnection(await listen(app, '127.0.0.1', 0));
    const sockets: { listenerCount(event: string): number }[] = [];
    app.server.on('request', (request) => sockets.push(request.socket));
    socket.write(REQUEST);
    await until('{"ok":false}');
    const before = sockets[0]?.listenerCount('close');
    socket.write(REQUEST.replace('/v1/readable', '/v1/nothing'));
    await until('"not_found"');
    expect(sockets[0]?.listenerCount('close')).toBe(before);
  });

  it('passes a failure on', async () => {
    const { ask } = serverThatHolds(60_000, () => Promise.reject(new Error('gone')));
    expect((await ask({ url: '/v1/readable' })).json()).toMatchObject({ status: 503, code: 'unavailable' });
  });
});
