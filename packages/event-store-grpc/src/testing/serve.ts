import type { EventStore } from '@countersign/event-store';
import type { Access, Callers } from '../access.ts';
import { type GrpcServer, type GrpcServerOptions, startGrpcServer } from '../server.ts';

/** Everybody may do everything: what a test needs that is not about keys. */
export const ANYBODY: Callers<Access> = { authenticate: () => ({ append: true }) };

/** Serves a store on a free port, writable, to anybody, unless `options` say otherwise. */
export async function serve(
  store: EventStore,
  options: Partial<GrpcServerOptions<Access>> = {},
): Promise<GrpcServer> {
  const server = await startGrpcServer({ store, callers: ANYBODY, writable: true, port: 0, ...options });
  if ('code' in server) throw new Error(server.detail);
  return server;
}
