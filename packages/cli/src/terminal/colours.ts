import pc from 'picocolors';
import type { Io, TerminalStream } from './io.ts';

/** Functions that colour text, or leave it as it is. */
export type Colours = ReturnType<typeof pc.createColors>;

/** Colours for a terminal; `NO_COLOR` takes them away, `FORCE_COLOR` gives them to pipes too. */
export function coloursFor(stream: TerminalStream, env: Io['env']): Colours {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  const terminal = stream.isTTY === true && env.TERM !== 'dumb' && env.FORCE_COLOR !== '0';
  return pc.createColors(!env.NO_COLOR && (forced || terminal));
}
