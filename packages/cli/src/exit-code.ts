/** How the command ended, for scripts. These numbers are stable. */
export const EXIT = {
  ok: 0,
  /** Something that should not happen. */
  unexpected: 1,
  /** What was given is wrong: options, a file, an id, a policy. */
  usage: 2,
  /** No key, or one that does not hold. */
  auth: 3,
  /** No usable answer: nothing listens, or it is not ready. */
  unreachable: 4,
  /** Countersign says no, or the person who was asked. */
  denied: 5,
  /** Not yet decided, not yet effective, or too late. */
  pending: 6,
  /** What is there contradicts what was asked for. */
  conflict: 7,
} as const;

/** One of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
