import { PassThrough } from 'node:stream';
import { runCli } from '../run-cli.ts';
import type { Io } from '../terminal/io.ts';

/** How one command line ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What is around a command line in a test. */
export interface Around {
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What comes on stdin. */
  readonly input?: string | undefined;
  /** Somebody sits at a terminal, and types `input` when asked. */
  readonly terminal?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Sees stdout as it grows. */
  readonly onStdout?: ((text: string) => void) | undefined;
}

/** Runs a command line in this process, with streams of its own. */
export async function runHere(words: readonly string[], around: Around = {}): Promise<Ran> {
  const { env = {}, input = '', terminal = false, signal, onStdout } = around;
  const stdin = Object.assign(new PassThrough(), { isTTY: terminal, setRawMode: () => {} });
  const stdout = collect(terminal, onStdout);
  const stderr = collect(terminal, (text) => {
    // Whoever sits there answers when the question is on the screen, and not while it is being drawn.
    if (terminal && text.includes('Yes')) setImmediate(() => stdin.write(input));
  });
  if (!terminal) stdin.end(input);
  const io: Io = {
    env,
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    interruption: () => signal ?? new AbortController().signal,
  };
  const code = await runCli(words, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collect(isTTY: boolean, onText: (text: string) => void = () => {}) {
  let collected = '';
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 120 });
  stream.setEncoding('utf8').on('data', (text: string) => {
    collected += text;
    onText(text);
  });
  return { stream, text: () => collected };
}
