import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A real process that runs one of the programs beside this file. */
export interface Child {
  readonly process: ChildProcess;
  /** Its next line on stdout; `null` when it has ended. */
  nextLine(): Promise<string | null>;
  /** Lines that it wrote and that nobody has taken, after it has ended. */
  rest(): Promise<string[]>;
  kill(): Promise<void>;
}

interface ChildOptions {
  /** Largest file that it may write, in bytes: more is refused by the operating system. */
  readonly maxFileBytes?: number;
}

/** Runs a program of `programs/` in a process that can be killed. */
export function startProgram(name: string, args: readonly string[], options: ChildOptions = {}): Child {
  const program = fileURLToPath(new URL(`./programs/${name}.ts`, import.meta.url));
  const command = [process.execPath, program, ...args];
  const limited = options.maxFileBytes
    ? [
        'sh',
        '-c',
        `trap '' XFSZ; ulimit -f ${Math.floor(options.maxFileBytes / 512)}; exec "$@"`,
        'sh',
        ...command,
      ]
    : command;
  const child = spawn(limited[0]!, limited.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  const nextLine = async () => {
    const { done, value } = await lines.next();
    return done ? null : value;
  };
  return {
    process: child,
    nextLine,
    async rest() {
      const taken: string[] = [];
      for (let line = await nextLine(); line !== null; line = await nextLine()) taken.push(line);
      return taken;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
