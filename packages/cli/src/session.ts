import { type Client, connect } from '@countersign/sdk';
import type { Command } from 'commander';
import { type ConnectionOptions, readConnection } from './connection/settings.ts';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './terminal/io.ts';
import { createOutput, type Output } from './terminal/output.ts';

/** One run of the command: what is around it, and how it will end. */
export interface Run {
  readonly io: Io;
  /** For verbs that did their work, and whose answer is not `ok`. */
  exitWith(code: ExitCode): void;
}

/** What a verb works with. */
export interface Session extends Run {
  readonly out: Output;
  /** The client for the installation that options and variables name. */
  readonly client: Client;
}

interface GlobalOptions extends ConnectionOptions {
  readonly json?: boolean | undefined;
}

/** Few and quick: somebody is waiting. */
const RETRY = { attempts: 3 };

/**
 * Makes a commander action of a function that takes the session, the verb's options with the global ones, and its
 * parameters in their order.
 */
export function verb<Options extends object, Given extends readonly unknown[]>(
  run: Run,
  work: (session: Session, options: Options, ...parameters: Given) => Promise<void>,
): (...parameters: unknown[]) => Promise<void> {
  return (...parameters) => {
    const command = parameters.at(-1) as Command;
    const options = command.optsWithGlobals<Options & GlobalOptions>();
    return work(openSession(run, options), options, ...(command.processedArgs as unknown as Given));
  };
}

function openSession(run: Run, options: GlobalOptions): Session {
  let client: Client | undefined;
  return {
    ...run,
    out: createOutput(run.io, options.json === true),
    // Read when it is needed: what works on files alone needs no key.
    get client() {
      client ??= connect({ ...readConnection(options, run.io.env), retry: RETRY });
      return client;
    },
  };
}
