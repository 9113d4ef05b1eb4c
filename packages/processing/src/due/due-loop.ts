import { describeStoreError, type StoreError } from '@countersign/event-store';

/** What came of the command that was issued. */
export type Fired =
  | { readonly kind: 'handled' | 'rejected' }
  | { readonly kind: 'failed'; readonly error: StoreError };

/** Something that is to be done at its time, found in a view. */
export interface DueSource<Item> {
  /** Items whose time has come at `nowMs`, oldest first, at most `limit`. Derived from durable events only. */
  find(nowMs: number, limit: number): Promise<readonly Item[]>;
  /** Issues the command that this time is for; the decider judges, so firing twice changes nothing. */
  fire(item: Item, nowMs: number): Promise<Fired | undefined>;
}

/** A loop that fires what is due. */
export interface DueLoop {
  /** Looks once, now; resolves with how many were fired. For tests and for a start that catches up. */
  tick(): Promise<number>;
  /** Resolves when what is being fired has ended. */
  close(): Promise<void>;
}

/** Default: a deadline is acted on at most this late when nothing else is going on. */
export const DUE_EVERY_MS = 200;
/** Most items per look; they are fired side by side. A full page is followed by the next look at once. */
export const DUE_LIMIT = 500;

/**
 * Fires timer commands from a view with an index on its deadlines: no memory per timer, and nothing to rebuild after
 * a restart. Time here only chooses what to look at; the decision carries it as data (rule 5 of accepted and durable).
 * Items that can't be fired are found again at the next look, which is not at once, and do not hold up the others; a look
 * reports the first of them.
 */
export function startDueLoop<Item>(options: {
  readonly source: DueSource<Item>;
  readonly now: () => number;
  readonly onError: (error: Error) => void;
  readonly everyMs?: number;
}): DueLoop {
  const { source, now, onError, everyMs = DUE_EVERY_MS } = options;
  let open = true;
  let running: Promise<number> = Promise.resolve(0);

  const fire = (item: Item, nowMs: number): Promise<Error | null> =>
    source
      .fire(item, nowMs)
      .then(
        (fired) => (fired?.kind === 'failed' ? new Error(describeStoreError(fired.error)) : null),
        asError,
      );
  const look = async (): Promise<number> => {
    if (!open) return 0;
    const nowMs = now();
    const items = await source.find(nowMs, DUE_LIMIT);
    if (!open) return 0;
    const errors = (await Promise.all(items.map((item) => fire(item, nowMs)))).filter(
      (error) => error !== null,
    );
    if (errors[0]) onError(errors[0]);
    return items.length - errors.length;
  };
  const tick = () => {
    running = running.then(look, look);
    return running;
  };
  let timer: NodeJS.Timeout;
  const schedule = (delayMs: number) => {
    timer = setTimeout(async () => {
      const fired = await tick().catch((cause) => {
        onError(asError(cause));
        return 0;
      });
      if (open) schedule(fired === DUE_LIMIT ? 0 : everyMs);
    }, delayMs);
    timer.unref();
  };
  schedule(everyMs);

  return {
    tick,
    async close() {
      open = false;
      clearTimeout(timer);
      await running.catch(() => 0);
    },
  };
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
