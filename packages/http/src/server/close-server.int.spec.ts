import { describe, expect, it } from 'vitest';
import { mount } from '../route/mount.ts';
import { rawConnection } from '../testing/raw-connection.ts';
import { readable } from '../testing/test-routes.ts';
import { testServer } from '../testing/test-server.ts';
import { closeServer, listen } from './listen.ts';

const REQUEST = 'GET /v1/readable HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer cs_reader\r\n\r\n';

/** A server whose one route answers when `finish` is called; `started` resolves when a request has reached it. */
function serverThatWaits() {
  const server = testServer();
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  mount(server.app, readable, async () => {
    start();
    await finished;
    return { status: 200, body: { ok: true } };
  });
  return { ...server, started, finish };
}

describe('closing', () => {
  it('lets running requests finish and takes no further ones', async () => {
    const { app, started, finish } = serverThatWaits();
    const url = await listen(app, '127.0.0.1', 0);
    const { socket, closed } = await rawConnection(url);
    socket.write(REQUEST);
    await started;
    const done = closeServer(app);
    finish();
    await done;
    expect(await closed()).toContain('{"ok":true}');
    await expect(fetch(url)).rejects.toThrow();
  });

  it('refuses what still comes over an open connection, as an outage', async () => {
    const { app, started, finish } = serverThatWaits();
    const url = await listen(app, '127.0.0.1', 0);
    const [running, late] = [await rawConnection(url), await rawConnection(url)];
    running.socket.write(REQUEST);
    // The head of a request is on its way when the server begins to close.
    late.socket.write(REQUEST.slice(0, -2));
    await started;
    const done = closeServer(app);
    late.socket.write('\r\n');
    const answer = await late.closed();
    finish();
    await done;
    expect(answer).toContain('HTTP/1.1 503 ');
    expect(answer).toContain('"code":"unavailable"');
  });

  it('cuts what does not finish within the bound', async () => {
    const { app, started } = serverThatWaits();
    const { socket, closed } = await rawConnection(await listen(app, '127.0.0.1', 0));
    socket.write(REQUEST);
    await started;
    await closeServer(app, 10);
    expect(await closed()).toBe('');
  });
});

describe('listening', () => {
  it('says which port was free', async () => {
    const { app } = testServer();
    const url = await listen(app, '127.0.0.1', 0);
    expect(url.href).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*\/$/);
    await closeServer(app);
  });

  it('writes IPv6 addresses as URLs do', async () => {
    const { app } = testServer();
    const url = await listen(app, '::1', 0);
    expect(url.hostname).toBe('[::1]');
    await closeServer(app);
  });
});
