/**
 * Most requests that wait for one service, and most streams of it, at once. Beyond them callers are told at once instead of
 * waiting behind each other.
 */
export const MAX_FORWARDED = 1_000;

/** What is under way to each service. */
export interface InFlight {
  /** Takes a place, and answers how to give it back; null where there is none. */
  begin(service: string, stream: boolean): (() => void) | null;
}

/** Nothing is under way. */
export function createInFlight(): InFlight {
  const counts = new Map<string, number>();
  return {
    begin(service, stream) {
      const key = `${service} ${stream}`;
      const count = counts.get(key) ?? 0;
      if (count >= MAX_FORWARDED) return null;
      counts.set(key, count + 1);
      let given = true;
      return () => {
        if (given) counts.set(key, (counts.get(key) ?? 1) - 1);
        given = false;
      };
    },
  };
}
