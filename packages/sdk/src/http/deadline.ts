/** A signal that aborts after a time, or with another signal; `AbortSignal.any` is younger than Node 18. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether it was the time that ran out. */
  expired(): boolean;
  /** Settles as `work` does, or rejects when the signal aborts, even where `work` takes no notice of it. */
  bound<T>(work: Promise<T>): Promise<T>;
  /** Starts the time again, with another length. */
  restart(ms: number): void;
  /** Stops the time until `restart`. */
  hold(): void;
  /** Aborts the signal now. */
  abort(): void;
  /** Ends timer and listeners. Call it whatever happens. */
  release(): void;
}

/** Starts the time, `ms` long; `outer` cuts it short. */
export function startDeadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const expire = (): void => {
    expired = true;
    controller.abort();
  };
  let timer = setTimeout(expire, ms);
  const cut = (): void => controller.abort();
  outer?.addEventListener('abort', cut);
  if (outer?.aborted) cut();
  return {
    signal: controller.signal,
    expired: () => expired,
    bound(work) {
      work.catch(() => {}); // When the signal wins, nobody else looks at how the work ends.
      return new Promise((resolve, reject) => {
        const abandon = (): void => reject(new Error('aborted'));
        if (controller.signal.aborted) abandon();
        controller.signal.addEventListener('abort', abandon, { once: true });
        const settle = (): void => controller.signal.removeEventListener('abort', abandon);
        work.finally(settle).then(resolve, reject);
      });
    },
    restart(next) {
      clearTimeout(timer);
      timer = setTimeout(expire, next);
    },
    hold: () => clearTimeout(timer),
    abort: cut,
    release() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', cut);
    },
  };
}
