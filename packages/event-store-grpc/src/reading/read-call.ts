import type { EventStore } from '@countersign/event-store';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { type Access, type Callers, callerOf, keyOf, type Reading } from '../access.ts';
import { createOutlet, type Outlet } from '../outlet.ts';
import { type CallError, isCallError, unavailable } from '../protocol/call-error.ts';
import { createEncodedEvents } from '../protocol/encoded-events.ts';
import type { ReadReq, ReadResp } from '../protocol/messages.ts';
import { readOnce } from './read-once.ts';
import { type ReadRequest, readRequest } from './read-request.ts';
import { subscribe } from './subscribe.ts';

type ReadCall = ServerWritableStream<ReadReq, ReadResp | Buffer>;

/** Serves `Read`. */
export interface ReadCalls {
  handle(call: ReadCall): void;
  /** Resolves when every call has ended and is recorded. */
  idle(): Promise<unknown>;
}

/** Reads and subscriptions, recorded when they open and when they end. */
export function createReadCalls<Caller extends Access>(
  store: EventStore,
  callers: Callers<Caller>,
): ReadCalls {
  const open = new Set<Promise<unknown>>();
  const encoded = createEncodedEvents();
  const serve = async (call: ReadCall, outlet: Outlet<ReadResp | Buffer>): Promise<CallError | null> => {
    const caller = callerOf(callers, call.metadata);
    if (isCallError(caller)) return caller;
    const request = readRequest(call.request);
    if (isCallError(request)) return request;
    const reading = readingOf(request);
    if ((await callers.opened?.(caller, reading)) === false) {
      return unavailable('the reading can not be recorded now, so nothing is read');
    }
    if (request.count !== null) {
      const sent = await readOnce(store, request, outlet);
      await callers.closed?.(caller, reading, sent);
      return null;
    }
    const key = keyOf(call.metadata);
    const allowed = () => callers.authenticate(key) !== null;
    const sent = await subscribe(store, request, outlet, allowed, encoded);
    await callers.closed?.(caller, reading, sent);
    // Never an end without an error: a client would take it for nothing more to come.
    return unavailable('the subscription has ended: subscribe again behind the last event');
  };

  return {
    handle(call) {
      const outlet = createOutlet(call);
      const serving = serve(call, outlet)
        .then(
          (error) => {
            if (!outlet.isOpen) return;
            if (error) call.emit('error', error);
            else call.end();
          },
          () => outlet.isOpen && call.emit('error', unavailable('the ledger can not be read now')),
        )
        .finally(() => open.delete(serving));
      open.add(serving);
    },
    idle: () => Promise.all(open),
  };
}

function readingOf({ stream, from, count }: ReadRequest): Reading {
  return { stream, from: String(from), live: count === null };
}
