/** The way out of a call, as slow as its reader: what can't be handed on is not piled up here. */
export interface Outlet<Message> {
  /** Resolves when there is room for more, or nobody left to read. */
  send(message: Message): void | Promise<void>;
  readonly isOpen: boolean;
  /** Resolves when the caller has gone. */
  readonly gone: Promise<void>;
}

/** A call of the server that may send any number of messages. */
interface Sending<Message> {
  readonly cancelled: boolean;
  write(message: Message): boolean;
  on(event: string, listener: () => void): unknown;
}

/** The outlet of a call that sends. */
export function createOutlet<Message>(call: Sending<Message>): Outlet<Message> {
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
