import { afterEach, beforeEach, expect, it } from 'vitest';
import { mount } from '../route/mount.ts';
import { rawConnection } from '../testing/raw-connection.ts';
import { everything, readable } from '../testing/test-routes.ts';
import { type TestServer, testServer } from '../testing/test-server.ts';
import { closeServer, listen } from './listen.ts';

let server: TestServer;
let judged: string[];
let url: URL;
beforeEach(async () => {
  judged = [];
  const admits = ({ path }: { readonly path: string }) => {
    judged.push(path);
    return { headers: {}, refused: null };
  };
  server = testServer({ admits });
  for (const path of ['/v1/readable', '/api/v1/intents'])
    mount(server.app, { ...readable, path }, () => ({ status: 200, body: { ok: true } }));
  mount(server.app, everything, () => ({ status: 200, body: { echo: null } }));
  url = await listen(server.app, '127.0.0.1', 0);
});
afterEach(() => closeServer(server.app, 0));

/** Sends a request line as it is written, which no client would; the status and what admission judged. */
async function sent(line: string, header = 'authorization: Bearer cs_reader') {
  const connection = await rawConnection(url);
  connection.socket.write(`${line} HTTP/1.1\r\nhost: x\r\n${header}\r\nconnection: close\r\n\r\n`);
  return { status: Number((await connection.closed()).split(' ')[1]), judged };
}

it.each(['/v1/readable', '/v1/%72eadable', '/%76%31/readable', '/v1/readable#', 'http://x/v1/readable'])(
  'admission judges the route that answers, which GET %s reaches',
  async (target) => {
    expect(await sent(`GET ${target}`)).toEqual({ status: 200, judged: ['/v1/readable'] });
  },
);

it.each([
  ['/v1/things/abc/parts', '/v1/things/abc/parts'],
  ['/v1/things/%61bc/p%61rts', '/v1/things/abc/parts'],
  ['http://x/v1/things/a:b/parts', '/v1/things/a:b/parts'],
  ['/v1/things/a%2Fb/parts', '/v1/things/a%2Fb/parts'],
])('POST %s is judged as %s', async (target, path) => {
  expect((await sent(`POST ${target}`)).judged).toEqual([path]);
});

it('judges what no route matches as it came', async () => {
  expect(await sent('GET /v1/nothing?a=1')).toEqual({ status: 404, judged: ['/v1/nothing'] });
});

it.each(['/api/v1/intents', '/api/v%31/intents', '/%61pi/v1/intents', 'http://x/api/v1/intents'])(
  "GET %s is one of OpenIntent's: its key counts, and so does the name beside it",
  async (target) => {
    const key = 'x-api-key: cs_reader';
    expect((await sent(`GET ${target}`, key)).status).toBe(200);
    expect((await sent(`GET ${target}`, `${key}\r\nx-agent-id: invoices`)).status).toBe(403);
  },
);
