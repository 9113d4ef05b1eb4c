import type { EventStore } from '@countersign/event-store';
import { type Metadata, Server, ServerCredentials } from '@grpc/grpc-js';
import { type Access, type Callers, callerOf } from './access.ts';
import { createAppendCall } from './appending/append-call.ts';
import type { AppendDependencies } from './appending/append-stored.ts';
import { createBatchAppendCall } from './appending/batch-append-call.ts';
import { describeMethods, describeSelf } from './describe.ts';
import {
  DEFAULT_MAX_APPEND_BYTES,
  DEFAULT_MAX_APPEND_EVENTS,
  MAX_CALLS_PER_CONNECTION,
  MAX_MESSAGE_BYTES,
} from './limits.ts';
import { type CallError, denied, isCallError } from './protocol/call-error.ts';
import { gossipService, serverFeaturesService, streamsService } from './protocol/definitions.ts';
import { createReadCalls } from './reading/read-call.ts';

/** Which ledger is served, to whom and where. */
export interface GrpcServerOptions<Caller extends Access> {
  readonly store: EventStore;
  readonly callers: Callers<Caller>;
  /** Without it nothing is appended, whatever a caller may. */
  readonly writable?: boolean;
  /** Certificate and key in PEM. Without: plain text, over which most clients send no key. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
  readonly maxAppendBytes?: number;
  readonly maxAppendEvents?: number;
  /** Time for appended events that say none. */
  readonly nowMs?: () => number;
}

/** A server that listens. */
export interface GrpcServer {
  readonly port: number;
  /** Ends open calls, subscriptions with them; resolves when nothing is served any more. */
  close(): Promise<void>;
}

/** The address can't be listened on. */
export interface CannotListen {
  readonly code: 'CannotListen';
  readonly detail: string;
}

/** Serves the EventStoreDB protocol over a store. Never rejects: a port in use is a value. */
export async function startGrpcServer<Caller extends Access>(
  options: GrpcServerOptions<Caller>,
): Promise<GrpcServer | CannotListen> {
  const { store, callers, writable = false, tls, host = '127.0.0.1', nowMs = Date.now } = options;
  const server = new Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_concurrent_streams': MAX_CALLS_PER_CONNECTION,
    // Two servers would otherwise share a port, and each client find one of them.
    'grpc.so_reuseport': 0,
  });
  const appending: AppendDependencies = {
    store,
    limits: {
      maxAppendBytes: options.maxAppendBytes ?? DEFAULT_MAX_APPEND_BYTES,
      maxAppendEvents: options.maxAppendEvents ?? DEFAULT_MAX_APPEND_EVENTS,
    },
    now: () => new Date(nowMs()).toISOString(),
  };
  const refuseAppend = (metadata: Metadata): CallError | null => {
    const caller = callerOf(callers, metadata);
    if (isCallError(caller)) return caller;
    if (!writable) return denied('this ledger is served read-only');
    return caller.append ? null : denied('the key may not append');
  };
  const refuseRemoval = (_call: unknown, answer: (error: CallError) => void): void =>
    answer(denied('a ledger only grows: nothing is deleted'));

  const reading = createReadCalls(store, callers);
  server.addService(streamsService, {
    read: reading.handle,
    append: createAppendCall(appending, refuseAppend),
    batchAppend: createBatchAppendCall(appending, refuseAppend),
    delete: refuseRemoval,
    tombstone: refuseRemoval,
  });
  server.addService(serverFeaturesService, { getSupportedMethods: describeMethods });
  server.addService(gossipService, { read: describeSelf });

  const credentials = tls
    ? ServerCredentials.createSsl(null, [
        { cert_chain: Buffer.from(tls.certificate), private_key: Buffer.from(tls.key) },
      ])
    : ServerCredentials.createInsecure();
  const bound = Promise.withResolvers<number | CannotListen>();
  server.bindAsync(`${host}:${options.port}`, credentials, (error, port) =>
    bound.resolve(error ? { code: 'CannotListen', detail: error.message } : port),
  );
  const port = await bound.promise;
  if (typeof port !== 'number') return port;
  return {
    port,
    async close() {
      server.forceShutdown();
      await reading.idle();
    },
  };
}
