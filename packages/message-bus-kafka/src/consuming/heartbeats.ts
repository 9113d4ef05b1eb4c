/** Tells the group that this member lives; rejects when the group is rebalancing. The client sends no more than are due. */
export type Heartbeat = () => Promise<void>;

/**
 * Waits for work of any length without losing the session (K4). A rebalance ends the waiting, not the work: rejoining
 * must not wait for it (K3).
 */
export async function withHeartbeats(
  work: Promise<unknown>,
  heartbeat: Heartbeat,
  everyMs: number,
): Promise<void> {
  let working = true;
  let wake: () => void = () => {};
  void work.finally(() => {
    working = false;
    wake();
  });
  while (working) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    if (working) await heartbeat();
  }
}
