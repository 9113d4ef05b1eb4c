/** How often it is looked whether a group stands still. */
const LOOK_EVERY_MS = 5_000;
/** A group that has been called still may go on for so long: what is retried is parked by then. */
export const END_AFTER_MS = 60_000;

/** Ends a process whose groups have stopped without a word (K11): its partitions go to others, and it is started anew. */
export interface StallGuard {
  look(): void;
  close(): void;
}

/**
 * Counts looks, not time: a process that was stopped for minutes looks once when it goes on. A look at which something
 * outside does not answer begins the count anew: whoever waits for it would wait after a new start, too, and who is slow to
 * get going after an outage has a minute for it.
 */
export function createStallGuard(
  options: {
    /** Groups that have records to go and do not move. */
    readonly standStill: () => readonly string[];
    /** Whether the store, the vault or a broker is known not to answer. */
    readonly isOutage: () => boolean;
    readonly end: (error: Error) => void;
  },
  everyMs: number = LOOK_EVERY_MS,
): StallGuard {
  let looks = new Map<string, number>();
  const look = () => {
    const groups = options.isOutage() ? [] : options.standStill();
    looks = new Map(groups.map((group) => [group, (looks.get(group) ?? 0) + 1]));
    for (const [group, count] of looks) {
      if (count * everyMs >= END_AFTER_MS) options.end(new Error(standsStill(group)));
    }
  };
  const timer = setInterval(look, everyMs);
  timer.unref();
  return { look, close: () => clearInterval(timer) };
}

function standsStill(group: string): string {
  const why = `group "${group}" has records to go and does not move, although store, vault and brokers answer`;
  return `${why}; others take over its partitions`;
}
