/** What a server takes and how long it waits. Every limit has a default; tests and installations may change it. */
export interface ServerLimits {
  /** Largest request body, in bytes. */
  readonly bodyBytes: number;
  /** Largest request line and headers together, in bytes. */
  readonly headerBytes: number;
  /** Longest time for a connection to send its headers, in ms. Ends connections that trickle or send nothing. */
  readonly headersTimeoutMs: number;
  /** Longest time for a whole request to arrive, in ms. The time of answering is not counted. */
  readonly requestTimeoutMs: number;
  /** How often the two limits above are looked after, in ms. */
  readonly timeoutCheckMs: number;
  /** How long an idle connection is kept for the next request, in ms. Longer than a load balancer's usual 60 s. */
  readonly keepAliveMs: number;
}

/** The limits of the contract, and time-outs that a slow client on a bad line still meets. */
export const DEFAULT_LIMITS: ServerLimits = {
  bodyBytes: 256 * 1024,
  headerBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  timeoutCheckMs: 1_000,
  keepAliveMs: 65_000,
};
