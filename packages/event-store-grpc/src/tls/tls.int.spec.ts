import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@countersign/testing';
import { AccessDeniedError, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../access.ts';
import { collected, proposed, put } from '../testing/node-client.ts';
import { served } from '../testing/opened.ts';
import { makeSelfSigned } from './self-signed.ts';

const KEYS = new Map([
  ['reader-key', { append: false }],
  ['writer:key/with=signs', { append: true }],
]);

/** A server with TLS and keys, and a client with one of them. */
async function secured(key: string | null) {
  const recorded: [what: string, reading: Reading, sent?: number][] = [];
  let recording = true;
  const tls = makeSelfSigned(new Date());
  const keys = new Map(KEYS);
  const { store, server } = await served({
    tls,
    callers: {
      authenticate: (given) => keys.get(given ?? '') ?? null,
      async opened(_caller, reading) {
        recorded.push(['opened', reading]);
        return recording;
      },
      closed: async (_caller, reading, sent) => recorded.push(['closed', reading, sent]),
    },
  });
  const directory = await temporaryDirectory();
  const authority = join(directory.path, 'grpc.crt');
  await writeFile(authority, tls.certificate);
  const user = key === null ? '' : `any:${encodeURIComponent(key)}@`;
  const client = EventStoreDBClient.connectionString(
    `esdb://${user}127.0.0.1:${server.port}?tlsCAFile=${authority}`,
  );
  return {
    store,
    client,
    keys,
    recorded,
    stopRecording: () => {
      recording = false;
    },
    async [Symbol.asyncDispose]() {
      await client.dispose();
      await directory[Symbol.asyncDispose]();
    },
  };
}

describe('a certificate of its own', () => {
  it('is for this machine, signed by itself, and no authority', () => {
    const { certificate, key } = makeSelfSigned(new Date('2026-03-01T12:00:00Z'));
    const read = new X509Certificate(certificate);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.ca).toBe(false);
    expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(read.checkIP('::1')).toBe('::1');
    expect(read.checkHost('localhost')).toBe('localhost');
    expect(read.checkIP('10.0.0.1')).toBeUndefined();
    expect(new Date(read.validFrom).toISOString()).toBe('2026-02-28T12:00:00.000Z');
    expect(new Date(read.validTo).getUTCFullYear()).toBe(2036);
    expect(key).toContain('PRIVATE KEY');
  });
});

describe('with TLS and a key', () => {
  it('the password is the key: it reads, and appends where it may', async () => {
    await using reader = await secured('reader-key');
    await put(reader.store, 'order-1', 2);
    expect(await collected(reader.client.readAll())).toHaveLength(2);
    const append = reader.client.appendToStream('order-2', proposed(), { expectedRevision: NO_STREAM });
    await expect(append).rejects.toBeInstanceOf(AccessDeniedError);
    await using writer = await secured('writer:key/with=signs');
    await writer.client.appendToStream('order-2', proposed(), { expectedRevision: NO_STREAM });
    expect(await writer.store.read('order-2')).toHaveLength(1);
  });

  it.each([
    ['none', null],
    ['another', 'another-key'],
  ])('%s is refused, for reading too', async (_, key) => {
    await using refused = await secured(key);
    await put(refused.store, 'order-1', 2);
    await expect(collected(refused.client.readAll())).rejects.toBeInstanceOf(AccessDeniedError);
    await expect(collected(refused.client.readStream('order-1'))).rejects.toBeInstanceOf(AccessDeniedError);
    const append = refused.client.appendToStream('order-2', proposed(), { expectedRevision: NO_STREAM });
    await expect(append).rejects.toBeInstanceOf(AccessDeniedError);
    expect(refused.recorded).toEqual([]);
  });

  it('a key that is revoked ends its subscription before the next event', async () => {
    await using reader = await secured('reader-key');
    const subscription = reader.client.subscribeToAll();
    const failed = new Promise((resolve) => subscription.on('error', resolve));
    const seen: unknown[] = [];
    await new Promise<void>((resolve) => {
      subscription.on('data', (one) => seen.push(one)).on('caughtUp', resolve);
    });
    reader.keys.delete('reader-key');
    await put(reader.store, 'order-1', 1);
    await failed;
    expect(seen).toEqual([]);
  });
});

describe('the record of what is read', () => {
  it('says what and how much, of reads and of subscriptions', async () => {
    await using reader = await secured('reader-key');
    await put(reader.store, 'order-1', 3);
    await collected(reader.client.readStream('order-1', { fromRevision: 1n }));
    const once: Reading = { stream: 'order-1', from: '1', live: false };
    expect(reader.recorded).toEqual([
      ['opened', once],
      ['closed', once, 2],
    ]);
    const subscription = reader.client.subscribeToAll();
    await new Promise((resolve) => subscription.on('data', () => {}).on('caughtUp', resolve));
    await subscription.unsubscribe();
    while (reader.recorded.length < 4) await new Promise((resolve) => setImmediate(resolve));
    const live: Reading = { stream: null, from: 'start', live: true };
    expect(reader.recorded.slice(2)).toEqual([
      ['opened', live],
      ['closed', live, 3],
    ]);
  });

  it('comes first: what can not be recorded is not read', async () => {
    await using reader = await secured('reader-key');
    await put(reader.store, 'order-1', 3);
    reader.stopRecording();
    await expect(collected(reader.client.readAll())).rejects.toThrow('can not be recorded');
  });
});
