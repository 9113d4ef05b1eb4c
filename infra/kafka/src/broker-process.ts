import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOGGING = fileURLToPath(new URL('../log4j2.properties', import.meta.url));
const HEAP = '-Xmx512m';
const STARTED = 'Kafka Server started';
/** Most of its own words that a broker's failure quotes. */
const QUOTED = 8_000;
const STOP_WITHIN_MS = 15_000;

/**
 * Runs Java and ends it when the standard input closes, however its owner died: no broker is left behind. Java's own end
 * ends the shell.
 */
const GUARDED = `exec 3<&0
java "$@" </dev/null & java=$!
(cat <&3 >/dev/null; kill $java) >/dev/null 2>&1 &
wait $java`;

/** A broker with its directory, as it runs or has run. */
export interface BrokerProcess {
  /** Runs it, and resolves when it serves. */
  start(): Promise<void>;
  /** `kill -9`: it gets no chance to write or to say goodbye. */
  kill(): Promise<void>;
  /** Lets it write and leave, within a bound. */
  stop(): Promise<void>;
  /** Resolves with its last words when it ends without having been told to. */
  readonly failed: Promise<string>;
}

/** Formats the directory on its first use, with flags of one's own. */
export async function createBroker(
  classPath: string,
  directory: string,
  properties: string,
  clusterId: string,
  formatFlags: readonly string[] = [],
): Promise<BrokerProcess> {
  const file = join(directory, 'server.properties');
  writeFileSync(file, properties);
  const java = (...command: string[]) => {
    const flags = [HEAP, '-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${LOGGING}`, '-cp', classPath];
    return spawn('sh', ['-c', GUARDED, 'kafka', ...flags, ...command], {
      cwd: directory,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  };

  const flags = ['--ignore-formatted', '-t', clusterId, '-c', file, ...formatFlags];
  const format = java('kafka.tools.StorageTool', 'format', ...flags);
  const words = listen(format);
  if ((await ended(format)) !== 0) throw new Error(`the broker's storage can not be formatted:\n${words()}`);

  const failed = Promise.withResolvers<string>();
  let running: { child: ChildProcess; gone: Promise<unknown> } | null = null;
  const end = async (how: (child: ChildProcess) => void): Promise<void> => {
    if (!running) return;
    const { child, gone } = running;
    running = null;
    how(child);
    await gone;
  };
  const killGroup = (child: ChildProcess) => {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
  };

  return {
    failed: failed.promise,
    async start() {
      const child = java('kafka.Kafka', file);
      const said = listen(child);
      const gone = ended(child);
      running = { child, gone };
      void gone.then(() => running?.child === child && failed.resolve(said()));
      await new Promise<void>((resolve, reject) => {
        child.stdout!.on('data', () => said().includes(STARTED) && resolve());
        void gone.then(() => reject(new Error(`the broker ended at its start:\n${said()}`)));
      });
    },
    kill: () => end(killGroup),
    stop: () =>
      end((child) => {
        child.stdin!.end();
        const late = setTimeout(() => killGroup(child), STOP_WITHIN_MS);
        child.on('close', () => clearTimeout(late));
      }),
  };
}

function listen(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text = (text + more).slice(-QUOTED);
    });
  return () => text;
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', (code) => {
      child.stdin!.destroy();
      resolve(code);
    });
  });
}
