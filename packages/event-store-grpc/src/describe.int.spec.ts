import { createMemoryEventStore } from '@countersign/event-store/memory';
import { EventStoreDBClient } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { startGrpcServer } from './server.ts';
import { collected, put } from './testing/node-client.ts';
import { served } from './testing/opened.ts';
import { ANYBODY } from './testing/serve.ts';

describe('what the server says of itself', () => {
  it('leads a client that discovers its cluster back to it', async () => {
    const { store, server } = await served();
    await put(store, 'order-1', 2);
    const client = EventStoreDBClient.connectionString(
      `esdb+discover://127.0.0.1:${server.port}?tls=false&maxDiscoverAttempts=1`,
    );
    expect(await collected(client.readAll())).toHaveLength(2);
    await client.dispose();
  });

  it('has no calls that it does not offer', async () => {
    const { client } = await served();
    await expect(client.getProjectionStatus('x')).rejects.toThrow(/UNIMPLEMENTED/);
  });
});

describe('a server', () => {
  it('does not share the port of another', async () => {
    const { server } = await served();
    const second = await startGrpcServer({
      store: createMemoryEventStore(),
      callers: ANYBODY,
      port: server.port,
    });
    expect(second).toMatchObject({ code: 'CannotListen', detail: expect.stringContaining('EADDRINUSE') });
  });
});
