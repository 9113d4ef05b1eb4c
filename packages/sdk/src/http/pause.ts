/** Waits. @returns false as soon as one of the signals is aborted. */
export function pause(ms: number, ...signals: readonly (AbortSignal | undefined)[]): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (rested: boolean): void => {
      clearTimeout(timer);
      for (const signal of signals) signal?.removeEventListener('abort', cut);
      resolve(rested);
    };
    const cut = (): void => end(false);
    const timer = setTimeout(() => end(true), ms);
    for (const signal of signals) {
      signal?.addEventListener('abort', cut);
      if (signal?.aborted) cut();
    }
  });
}
