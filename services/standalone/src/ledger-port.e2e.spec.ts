import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort, type StandaloneProcess, startStandalone, temporaryDirectory } from '@countersign/testing';
import { AccessDeniedError, EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from './testing/run-main.ts';

let standalone: StandaloneProcess;
let port: number;
const clients: EventStoreDBClient[] = [];

beforeAll(async () => {
  port = await freePort();
  standalone = await startStandalone({ env: { COUNTERSIGN_GRPC_PORT: String(port) } });
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.dispose()));
  await standalone.stop();
});

/** The official client with a key, or with none. */
function clientWith(key: string | null): EventStoreDBClient {
  const authority = join(standalone.dataDirectory, 'grpc.crt');
  const user = key === null ? '' : `owner:${key}@`;
  const uri = `esdb://${user}127.0.0.1:${port}?tls=true&tlsCAFile=${authority}`;
  const client = EventStoreDBClient.connectionString(uri);
  clients.push(client);
  return client;
}

async function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${standalone.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${standalone.ownerKey}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(answer.ok).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
}

async function typesRead(client: EventStoreDBClient): Promise<string[]> {
  const types: string[] = [];
  for await (const { event } of client.readAll()) types.push(String(event?.type));
  return types;
}

describe('the embedded ledger, served', () => {
  it("is replayed by an official client with the owner's key, from the first event on", async () => {
    const types = await typesRead(clientWith(standalone.ownerKey));
    expect(types).toEqual(
      expect.arrayContaining(['organization-created.v1', 'user-registered.v1', 'api-key-created.v1']),
    );
  });

  it('is followed live', async () => {
    const subscription = clientWith(standalone.ownerKey).subscribeToAll({ fromPosition: 'end' });
    const followed = new Promise<string>((resolve) => {
      subscription.on('data', ({ event }) => event?.type.startsWith('user-') && resolve(event.streamId));
    });
    await new Promise((resolve) => subscription.on('caughtUp' as never, resolve));
    await ask('PUT', '/v1/users/alice', { roles: [] });
    expect(await followed).toBe('user-default:alice');
  });

  it('is for nobody else: without a key, with an unknown one, with one of another principal', async () => {
    const organization = 'default';
    const roles = [{ scope: { organization }, role: 'operator' }];
    await ask('PUT', '/v1/users/auditor', { roles });
    const { key } = await ask('POST', '/v1/keys', { principal: { kind: 'user', id: 'auditor' } });
    for (const refused of [null, 'cs_unknown', String(key)]) {
      await expect(typesRead(clientWith(refused))).rejects.toBeInstanceOf(AccessDeniedError);
    }
  });

  it('is read-only', async () => {
    const client = clientWith(standalone.ownerKey);
    const forged = jsonEvent({ type: 'x.v1', data: {}, metadata: { organization: 'default' } });
    const append = client.appendToStream('order-1', forged, { expectedRevision: NO_STREAM });
    await expect(append).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(client.deleteStream('user-default:owner')).rejects.toBeInstanceOf(AccessDeniedError);
  });

  it('has every reading on record', async () => {
    const client = clientWith(standalone.ownerKey);
    for await (const _ of client.readStream('user-default:owner'));
    const { items } = (await ask('GET', '/v1/events?types=audit.read&limit=1000')) as {
      items: { data: Record<string, unknown> }[];
    };
    const ofStream = items.filter(({ data }) => JSON.stringify(data).includes('user-default:owner'));
    expect(ofStream.map(({ data }) => data.what)).toEqual(['stream_opened', 'stream_closed']);
  });

  it('keeps its certificate over a restart, and its files to who runs it', async () => {
    const before = await readFile(join(standalone.dataDirectory, 'grpc.crt'), 'utf8');
    expect(before).toContain('BEGIN CERTIFICATE');
    await using directory = await temporaryDirectory();
    const env = { COUNTERSIGN_GRPC_PORT: String(await freePort()) };
    const kept: string[] = [];
    for (let start = 0; start < 2; start += 1) {
      const again = await startStandalone({ dataDirectory: directory.path, env });
      kept.push(await readFile(join(directory.path, 'grpc.crt'), 'utf8'));
      expect(await again.stop()).toBe(0);
      expect(again.output()).toContain('The ledger is served on esdb://127.0.0.1:');
    }
    expect(kept[0]).toBe(kept[1]);
    expect(kept[0]).not.toBe(before);
  });
});

describe('a port that something else has', () => {
  it('that nobody named is done without, and the log says so', async () => {
    const other = createServer()
      .on('error', () => {})
      .listen(2113, '127.0.0.1');
    await Promise.race([once(other, 'listening'), once(other, 'close'), once(other, 'error')]).catch(
      () => {},
    );
    await using second = await startStandalone({ env: { COUNTERSIGN_GRPC_PORT: undefined } });
    other.close();
    expect((await fetch(`${second.url}/readyz`)).status).toBe(200);
    expect(second.output()).toMatch(
      /not served to clients of EventStoreDB.*EADDRINUSE.*COUNTERSIGN_GRPC_PORT/,
    );
    expect(second.output()).not.toContain('esdb://');
  });

  it('refuses the start in words', async () => {
    await using directory = await temporaryDirectory();
    const taken = await freePort();
    const other = createServer().listen(taken, '127.0.0.1');
    await once(other, 'listening');
    const { code, stderr } = await runMain({
      COUNTERSIGN_DATA_DIR: directory.path,
      COUNTERSIGN_HTTP_PORT: '0',
      COUNTERSIGN_GRPC_PORT: String(taken),
      COUNTERSIGN_LOG_LEVEL: 'warn',
    });
    other.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(/Countersign can not start: .*EADDRINUSE.*; remedy: .*COUNTERSIGN_GRPC_PORT/);
  });
});
