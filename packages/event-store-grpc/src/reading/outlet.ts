import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '../protocol/messages.ts';

/** The way out of a call, as slow as its reader: nothing is taken from the store that can't be handed on. */
export interface Outlet {
  /** Resolves when there is room for more, or nobody left to read. */
  send(message: ReadResp): void | Promise<void>;
  readonly isOpen: boolean;
  /** Resolves when the caller has gone. */
  readonly gone: Promise<void>;
}

export function createOutlet(call: ServerWritableStream<ReadReq, ReadResp>): Outlet {
  const gone = Promise.withResolvers<void>();
  let open = !call.cancelled;
  let waiting: (() => void)[] = [];
  const goOn = () => {
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  };
  const leave = () => {
    open = false;
    gone.resolve();
    goOn();
  };
  if (!open) leave();
  for (const end of ['cancelled', 'close', 'error'] as const) call.on(end, leave);
  call.on('drain', goOn);
  return {
    send(message) {
      if (!open || call.write(message)) return;
      return new Promise((resolve) => waiting.push(resolve));
    },
    get isOpen() {
      return open;
    },
    gone: gone.promise,
  };
}
