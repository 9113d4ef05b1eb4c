/** Something outside the process that is asked now and then whether it answers: for readiness. */
export interface Probe {
  /** Why not, when it was asked last; `null` if it did. Before its first answer it is not known to. */
  problem(): string | null;
  close(): void;
}

const EVERY_MS = 2_000;

/** `ask` rejects, or answers why not. It is not asked again before it has answered. */
export function createProbe(ask: () => Promise<string | null>, everyMs: number = EVERY_MS): Probe {
  let problem: string | null = 'has not answered yet';
  let asking = false;
  const look = async () => {
    if (asking) return;
    asking = true;
    problem = await ask().catch((cause: unknown) => (cause instanceof Error ? cause.message : String(cause)));
    asking = false;
  };
  void look();
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return { problem: () => problem, close: () => clearInterval(timer) };
}
