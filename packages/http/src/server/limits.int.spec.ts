import { problemSchemas } from '@countersign/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { mount } from '../route/mount.ts';
import { rawConnection } from '../testing/raw-connection.ts';
import { everything } from '../testing/test-routes.ts';
import { type TestServer, testServer } from '../testing/test-server.ts';
import type { ServerLimits } from './limits.ts';
import { closeServer, listen } from './listen.ts';

let server: TestServer | undefined;

afterEach(async () => {
  if (server) await closeServer(server.app, 0);
  server = undefined;
});

async function listening(limits: Partial<ServerLimits> = {}): Promise<URL> {
  server = testServer({ limits });
  mount(server.app, everything, () => ({ status: 200, body: { echo: null } }));
  return listen(server.app, '127.0.0.1', 0);
}

const headOf = (length: number | string) =>
  [
    'POST /v1/things/abc/parts HTTP/1.1',
    'Host: localhost',
    'Authorization: Bearer cs_reader',
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    '\r\n',
  ].join('\r\n');

function problemOf(answer: string): Record<string, unknown> {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
}

describe('what never becomes a request', () => {
  it('is 413 when the headers are longer than the limit', async () => {
    const { socket, closed } = await rawConnection(await listening());
    socket.write(`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(17 * 1024)}\r\n\r\n`);
    const answer = await closed();
    expect(answer).toContain('HTTP/1.1 413 ');
    expect(answer).toContain('Content-Type: application/problem+json');
    expect(problemSchemas.too_large.parse(problemOf(answer)).title).toContain('headers');
    expect(server?.refused).toEqual([{ code: 'too_large', route: 'unknown', principal: null }]);
  });

  it('is 400 when it is not HTTP', async () => {
    const { socket, closed } = await rawConnection(await listening());
    socket.write('\u0016\u0003\u0001 hello\r\n\r\n');
    expect(problemOf(await closed())).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(server?.refused).toEqual([{ code: 'invalid_request', route: 'unknown', principal: null }]);
  });

  it.each(['/v1/things/abc/parts', '/v1/nothing', '/healthz', '/v1/%ff'])(
    'is 400 when GET %s does not name its host',
    async (path) => {
      const { socket, closed } = await rawConnection(await listening());
      socket.write(`GET ${path} HTTP/1.1\r\nAuthorization: Bearer cs_reader\r\n\r\n`);
      const answer = await closed();
      expect(answer).toContain('HTTP/1.1 400 ');
      expect(problemSchemas.invalid_request.parse(problemOf(answer)).detail).toContain('Host');
    },
  );

  it.each(['/v1/things/abc/parts', '/v1/nothing', '/healthz', '/v1/%ff'])(
    'is 417 and counted when POST %s expects what nobody knows',
    async (path) => {
      const { socket, closed } = await rawConnection(await listening());
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: localhost\r\nExpect: a-miracle\r\nContent-Length: 2\r\n\r\n`,
      );
      const answer = await closed();
      expect(answer).toContain('HTTP/1.1 417 ');
      expect(problemSchemas.invalid_request.parse(problemOf(answer))).toMatchObject({
        status: 417,
        detail: expect.stringContaining('Expect'),
      });
      expect(server?.refused).toMatchObject([{ code: 'invalid_request', principal: null }]);
      expect(server?.answered).toMatchObject([{ status: 417 }]);
    },
  );

  it('is told to go on when it expects that, and read', async () => {
    const { socket, until } = await rawConnection(await listening());
    socket.write(headOf(24).replace('\r\n\r\n', '\r\nExpect: 100-Continue\r\n\r\n'));
    await until('HTTP/1.1 100 ');
    socket.write('{"name":"bolt","size":3}');
    expect(await until('"echo"')).toContain('HTTP/1.1 200 ');
  });

  it('needs no host in HTTP/1.0', async () => {
    const { socket, closed } = await rawConnection(await listening());
    socket.write('GET /v1/nothing HTTP/1.0\r\nAuthorization: Bearer cs_reader\r\n\r\n');
    expect(problemOf(await closed())).toMatchObject({ status: 404 });
  });

  it.each([
    ['no byte', ''],
    ['half of its headers', 'GET /healthz HTTP/1.1\r\nHost: loc'],
    ['half of its body', `${headOf(20)}{"name":`],
  ])('is 408 when %s arrives in time', async (_name, start) => {
    const url = await listening({ headersTimeoutMs: 50, requestTimeoutMs: 100, timeoutCheckMs: 20 });
    const { socket, closed } = await rawConnection(url);
    socket.write(start);
    expect(problemSchemas.invalid_request.parse(problemOf(await closed())).status).toBe(408);
  });

  it('is dropped without an answer when the client resets', async () => {
    const url = await listening();
    const { socket } = await rawConnection(url);
    socket.write(headOf(20));
    socket.resetAndDestroy();
    expect((await fetch(new URL('/v1/nothing', url))).status).toBe(401);
  });
});

describe('a body that is too large', () => {
  it('is refused by its announced length, before it comes', async () => {
    const { socket, closed } = await rawConnection(await listening());
    socket.write(headOf(300_000));
    const answer = await closed();
    expect(answer).toContain('HTTP/1.1 413 ');
    problemSchemas.too_large.parse(problemOf(answer));
  });

  it('is refused as it comes, where no length is announced', async () => {
    const url = await listening({ bodyBytes: 1_000 });
    const { socket, closed } = await rawConnection(url);
    socket.write(headOf(0).replace('Content-Length: 0', 'Transfer-Encoding: chunked'));
    socket.write(`7d0\r\n${'x'.repeat(2_000)}\r\n`);
    expect(await closed()).toContain('HTTP/1.1 413 ');
  });
});

describe('a connection', () => {
  it('is kept for the next request, also after a refusal', async () => {
    const { socket, until } = await rawConnection(await listening());
    socket.write(`${headOf(2)}{}`);
    await until('"invalid_request"');
    socket.write(`${headOf(24)}{"name":"bolt","size":3}`);
    expect(await until('{"echo":null}')).toContain('HTTP/1.1 200 ');
  });

  it('is closed when it idles for too long', async () => {
    const url = await listening({ keepAliveMs: 20 });
    const { socket, until, closed } = await rawConnection(url);
    socket.write(`${headOf(24)}{"name":"bolt","size":3}`);
    await until('{"echo":null}');
    expect(await closed()).toContain('HTTP/1.1 200 ');
  });
});
