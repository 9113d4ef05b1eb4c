/** Something that is to be done at its time, found in a view. */
export interface DueSource<Item> {
  /** Items whose time has come at `nowMs`, oldest first, at most `limit`. Derived from durable events only. */
  find(nowMs: number, limit: number): Promise<readonly Item[]>;
  /** Issues the command that this time is for; the decider judges, so firing twice changes nothing. */
  fire(item: Item, nowMs: number): Promise<void>;
}

export interface DueLoop {
  /** Looks once, now; resolves with how many were fired. For tests and for a start that catches up. */
  tick(): Promise<number>;
  close(): Promise<void>;
}

/** Default: a deadline is acted on at most this late when nothing else is going on. */
export const DUE_EVERY_MS = 200;
const DUE_LIMIT = 500;

/**
 * Fires timer commands from a view with an index on its deadlines: no memory per timer, and nothing to rebuild after
 * a restart. Time here only chooses what to look at; the decision carries it as data (rule 5 of accepted and durable).
 */
export function startDueLoop<Item>(options: {
  readonly source: DueSource<Item>;
  readonly now: () => number;
  readonly onError: (error: Error) => void;
  readonly everyMs?: number;
}): DueLoop {
  const { source, now, onError } = options;
  let open = true;
  let running: Promise<number> = Promise.resolve(0);

  const look = async (): Promise<number> => {
    const nowMs = now();
    const items = await source.find(nowMs, DUE_LIMIT);
    for (const item of items) if (open) await source.fire(item, nowMs);
    return items.length;
  };
  const tick = () => {
    running = running.then(look, look);
    return running;
  };
  let timer: NodeJS.Timeout;
  const schedule = () => {
    timer = setTimeout(() => {
      tick()
        .catch((cause) => onError(cause instanceof Error ? cause : new Error(String(cause))))
        .finally(() => open && schedule());
    }, options.everyMs ?? DUE_EVERY_MS);
    timer.unref();
  };
  schedule();

  return {
    tick,
    async close() {
      open = false;
      clearTimeout(timer);
      await running.catch(() => 0);
    },
  };
}
