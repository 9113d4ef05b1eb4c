import type { Readable, Writable } from 'node:stream';

/** Everything outside that the command touches, apart from the files that it is given. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: TerminalStream;
  readonly stderr: TerminalStream;
  /** Aborts when the person at the terminal interrupts; from the first call on nothing else ends the process. */
  interruption(): AbortSignal;
}

/** A stream that may be a terminal: then there are colours and a width. */
export type TerminalStream = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/** The streams, variables and signals of this process. */
export function processIo(): Io {
  let interruption: AbortSignal | undefined;
  return {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    interruption() {
      if (interruption === undefined) {
        const controller = new AbortController();
        process.once('SIGINT', () => controller.abort());
        process.once('SIGTERM', () => controller.abort());
        interruption = controller.signal;
      }
      return interruption;
    },
  };
}

/** Whether somebody sits at both ends: can be asked, and can answer. */
export function isInteractive({ stdin, stderr }: Io): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Writes, and waits for a reader that is slower. */
export async function write(stream: Writable, text: string): Promise<void> {
  if (stream.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      stream.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    stream.once('drain', done).once('close', done).once('error', done);
  });
}
