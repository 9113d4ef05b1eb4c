import { type logCreator, logLevel } from 'kafkajs';

/** Where the client's words go. `error` is for what somebody has to look at. */
export interface ClientLog {
  error(detail: object, text: string): void;
  warn(detail: object, text: string): void;
  debug(detail: object, text: string): void;
}

/**
 * What passes by itself, though the client calls it an error: a coordinator that loads (K14), an election, a rebalance,
 * a connection that is made again.
 */
const PASSES =
  /coordinator is (loading|not available)|not the correct coordinator|not the leader|no leader|leadership election|rebalanc|does not host this topic|connection|closed|not aware of this member|restarting|request timed out/i;

/** Words of the client at the level that they deserve. */
export function toClientLogger(log: ClientLog | undefined): logCreator {
  return () =>
    ({ namespace, level, log: { message, timestamp: _, logger: __, stack: ___, ...detail } }) => {
      if (!log) return;
      const text = `${namespace}: ${message}`;
      const passes = PASSES.test(`${message} ${String(detail.error ?? '')}`);
      if (level > logLevel.WARN) log.debug(detail, text);
      else if (level === logLevel.WARN || passes) log.warn(detail, text);
      else log.error(detail, text);
    };
}
