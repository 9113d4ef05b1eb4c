import { temporaryDirectory } from '@countersign/testing';
import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { collected, proposed } from '../node-client.ts';
import { startStoreServer } from './index.ts';

describe('a store server in a process of its own', () => {
  it('is written and read by the official client, and has what it acknowledged when it was killed and started again', async () => {
    await using directory = await temporaryDirectory();
    const first = await startStoreServer({ directory: directory.path });
    const client = EventStoreDBClient.connectionString(first.url);
    await client.appendToStream('order-1', [proposed(), proposed()], { expectedRevision: NO_STREAM });
    await first.kill();
    await using second = await startStoreServer({ directory: directory.path, port: first.port });
    expect(second.url).toBe(first.url);
    const again = EventStoreDBClient.connectionString(second.url);
    expect(await collected(again.readStream('order-1'))).toHaveLength(2);
    await client.dispose();
    await again.dispose();
  });

  it('says why it can not be started', async () => {
    await using directory = await temporaryDirectory();
    await using _server = await startStoreServer({ directory: directory.path });
    await expect(startStoreServer({ directory: directory.path })).rejects.toThrow('before it answered');
  });
});
