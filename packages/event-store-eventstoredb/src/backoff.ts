const FIRST_MS = 50;
const MOST_MS = 5_000;

/** How long to wait before attempt `attempt` (from 0): doubled each time, bounded, and spread over its upper half. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return most / 2 + (random() * most) / 2;
}

/** Waits, or less if `until` comes before; says whether the time has passed. */
export async function pause(ms: number, until: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const time = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, true);
  });
  const passed = await Promise.race([time, until.then(() => false)]);
  clearTimeout(timer);
  return passed;
}
