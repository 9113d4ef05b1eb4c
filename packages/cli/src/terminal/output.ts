import { type Colours, coloursFor } from './colours.ts';
import { type Io, write } from './io.ts';
import { plainJson } from './plain-text.ts';

/** Data goes to stdout, everything else to stderr. */
export interface Output {
  readonly json: boolean;
  /** What the verb was asked for: the value itself with `--json`, else text for people. */
  result(value: unknown, text: (paint: Colours) => string): Promise<void>;
  /** One of many results, as they come: a line each. */
  item(value: unknown, text: (paint: Colours) => string): Promise<void>;
  /** Words for people: never data. */
  note(text: string | ((paint: Colours) => string)): Promise<void>;
}

/** Results on stdout, as text or (`json`) as JSON; notes on stderr. */
export function createOutput({ stdout, stderr, env }: Io, json: boolean): Output {
  const paint = coloursFor(stdout, env);
  const notePaint = coloursFor(stderr, env);
  return {
    json,
    result: (value, text) => write(stdout, `${json ? plainJson(value, 2) : text(paint)}\n`),
    item: (value, text) => write(stdout, `${json ? plainJson(value) : text(paint)}\n`),
    note: (text) => write(stderr, `${typeof text === 'string' ? text : text(notePaint)}\n`),
  };
}
