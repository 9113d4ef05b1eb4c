/** What has been put aside and is no dead letter yet: it stays in memory until it is. */
export interface WaitingLetters {
  /** Counts a letter until what it returns is called. */
  add(bytes: number): () => void;
  /** Resolves when more may be taken; `null` if it may be now. */
  room(): Promise<void> | null;
}

/** Beyond these, less than a batch more. */
const MAX_LETTERS = 1_000;
const MAX_BYTES = 8 * 1024 * 1024;

/** None waits. When the signal aborts nobody is kept waiting. */
export function createWaitingLetters(signal: AbortSignal): WaitingLetters {
  let letters = 0;
  let held = 0;
  let less = Promise.withResolvers<void>();
  const isFull = () => !signal.aborted && (letters >= MAX_LETTERS || held >= MAX_BYTES);
  const tell = () => {
    less.resolve();
    less = Promise.withResolvers();
  };
  signal.addEventListener('abort', tell, { once: true });
  const untilLess = async () => {
    while (isFull()) await less.promise;
  };
  return {
    add(bytes) {
      letters += 1;
      held += bytes;
      return () => {
        letters -= 1;
        held -= bytes;
        tell();
      };
    },
    room: () => (isFull() ? untilLess() : null),
  };
}
