import { createMemoryEventStore } from '@countersign/event-store/memory';
import { afterEach } from 'vitest';
import type { Access } from '../access.ts';
import type { GrpcServerOptions } from '../server.ts';
import { nodeClient } from './node-client.ts';
import { serve } from './serve.ts';

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** A memory store, served, and the official client of it; all gone after the test. */
export async function served(options: Partial<GrpcServerOptions<Access>> = {}) {
  const store = options.store ?? createMemoryEventStore();
  const server = await serve(store, options);
  const client = nodeClient(server.port);
  ending.push(
    () => server.close(),
    () => client.dispose(),
  );
  return { store, server, client };
}
