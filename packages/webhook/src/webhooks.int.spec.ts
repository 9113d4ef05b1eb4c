import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createWebhooks } from './webhooks.ts';

const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server of this machine; its address by name. */
async function serving(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const post = { body: '{"a":1}', headers: { 'countersign-signature': 's' }, timeoutMs: 10_000 };
const local = createWebhooks({ loopback: true });
const outward = createWebhooks({ loopback: false });

describe('a webhook', () => {
  it('is posted as it is, and its answer read', async () => {
    const url = await serving(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method, headers } = request;
      const body = Buffer.concat(chunks).toString();
      response.end(JSON.stringify({ method, body, signature: headers['countersign-signature'] }));
    });
    const answer = await local.post(url, post);
    expect(answer).toEqual({ body: JSON.stringify({ method: 'POST', body: '{"a":1}', signature: 's' }) });
  });

  it('O-TG-7: reaches nothing of this machine unless it is allowed to, by address or by name', async () => {
    let reached = 0;
    const url = await serving((_, response) => {
      reached += 1;
      response.end('{}');
    });
    for (const one of [url, url.replace('127.0.0.1', 'localhost'), url.replace('http:', 'https:')])
      expect(await outward.post(one, post)).toEqual({ failed: 'forbidden_address' });
    const byName = url.replace('http://127.0.0.1', 'https://localhost');
    expect(await outward.post(byName, post)).toEqual({ failed: 'forbidden_address' });
    expect(reached).toBe(0);
    expect(await local.post(url.replace('127.0.0.1', 'localhost'), post)).toEqual({ body: '{}' });
  });

  it.each([
    'http://example.com/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[fe80::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'not an address',
  ])('O-TG-7: is not sent to %s', async (url) => {
    expect(await outward.post(url, post)).toEqual({ failed: 'forbidden_address' });
  });

  it('keeps private networks out where this machine is allowed', async () => {
    for (const url of ['http://10.0.0.1/', 'https://192.168.1.1/', 'http://example.com/'])
      expect(await local.post(url, post)).toEqual({ failed: 'forbidden_address' });
  });

  it('follows no redirect', async () => {
    const url = await serving((_, response) => response.writeHead(302, { location: '/other' }).end());
    expect(await local.post(url, post)).toEqual({ failed: 'bad_status' });
  });

  it('O-TG-7: ends in time, and reads no more than it needs', async () => {
    const silent = await serving(() => {});
    expect(await local.post(silent, { ...post, timeoutMs: 50 })).toEqual({ failed: 'timeout' });
    const endless = await serving((_, response) => response.end('x'.repeat(100_000)));
    expect(await local.post(endless, post)).toEqual({ failed: 'too_large' });
  });

  it('that nobody takes is unreachable', async () => {
    const url = await serving((_, response) => response.end());
    const [server] = servers.splice(0);
    server?.close();
    if (server) await once(server, 'close');
    expect(await local.post(url, post)).toEqual({ failed: 'unreachable' });
  });
});
