import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonWith, temporaryDirectory } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { served } from '../testing/opened.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';

/** The official client for EventStoreDB, the version that the tests were written against. */
const python = await pythonWith('esdbclient==1.1.7');
const CLIENT = fileURLToPath(new URL('./client.py', import.meta.url));

if ('missing' in python) {
  describe('the official Python client', () => {
    it(`was not run, because it could not be fetched: ${python.missing.split('\n')[0]}`, () => {
      expect(process.env.REQUIRE_ALL, python.missing).toBeUndefined();
    });
  });
} else {
  describe('the official Python client', () => {
    it('appends with the revision that it expects, and reads, follows and filters what is there', async () => {
      const { server, store } = await served({ nowMs: () => Date.UTC(2026, 2, 1, 12) });
      const uri = `esdb://127.0.0.1:${server.port}?tls=false`;
      expect(await python.ask(CLIENT, uri, 'append')).toEqual({
        one: 1,
        several: 3,
        repeated: 3,
        other: 4,
        conflict_one: 'WrongCurrentVersion',
        conflict_several: 'WrongCurrentVersion',
        any: 'BadRequestError',
      });
      expect(store.durablePosition).toBe(4);
      expect(await python.ask(CLIENT, uri, 'read')).toEqual({
        first: {
          id: '00000000-0000-0000-0000-000000000001',
          stream: 'order-1',
          revision: 0,
          position: 1,
          type: 'order.placed',
          data: { number: 1 },
          organization: 'acme',
          content_type: 'application/json',
          recorded_at: '2026-03-01T12:00:00+00:00',
        },
        stream: [1, 2, 3],
        from_revision: [2, 3],
        backwards: [3, 2],
        version: 2,
        commit_position: 4,
        missing: 'NotFound',
        missing_version: 'StreamState.NO_STREAM',
        all: [1, 2, 3, 4],
        all_from: [2, 3, 4],
        all_backwards: [4, 3, 2, 1],
        all_of_streams: [4],
        all_of_types: [],
        all_limited: [1, 2],
        subscription: [1, 2, 3, 4],
        checkpoints: [4],
        subscription_to_stream: [2, 3],
        delete: 'GrpcError',
      });
    });

    it('is refused where the ledger is read-only', async () => {
      const { server } = await served({ writable: false });
      const uri = `esdb://127.0.0.1:${server.port}?tls=false`;
      expect(await python.ask(CLIENT, uri, 'refused')).toEqual({ read: null, append: 'GrpcError' });
    });

    it('gives a key as its password over TLS, and is refused without the right one', async () => {
      const tls = makeSelfSigned(new Date());
      const { server } = await served({
        tls,
        callers: { authenticate: (key) => (key === 'the-key' ? { append: true } : null) },
      });
      await using directory = await temporaryDirectory();
      const authority = join(directory.path, 'grpc.crt');
      await writeFile(authority, tls.certificate);
      const uri = (key: string) => `esdb://any:${key}@127.0.0.1:${server.port}?tlsCaFile=${authority}`;
      expect(await python.ask(CLIENT, uri('the-key'), 'refused')).toEqual({ read: null, append: null });
      expect(await python.ask(CLIENT, uri('another'), 'refused')).toEqual({
        read: 'GrpcError',
        append: 'GrpcError',
      });
    });
  });
}
