import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The five services, as their processes are called. */
export const SERVICES = [
  'gateway',
  'policy-engine',
  'approval-service',
  'meter-service',
  'audit-projector',
] as const;
export type ServiceName = (typeof SERVICES)[number];

/** One process of a service. */
export interface ServiceInstance {
  readonly service: ServiceName;
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  /** Resolves when it is started; rejects with what it wrote when it ends before. */
  readonly started: Promise<void>;
  readonly ended: Promise<number | null>;
  /** What it wrote, the latest 64 Ki characters. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
}

const START = fileURLToPath(new URL('../../../services/cluster/start.mjs', import.meta.url));
const OUTPUT_CHARS = 64 * 1024;

const running = new Set<ChildProcess>();
// A run that is cut short must not leave any behind.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export function startInstance(
  service: ServiceName,
  name: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): ServiceInstance {
  const child = spawn(process.execPath, ['--max-semi-space-size=32', START, service], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ...settings,
      COUNTERSIGN_INSTANCE: name,
      COUNTERSIGN_HTTP_PORT: String(port),
    },
  });
  running.add(child);
  const ended = once(child, 'close').then(([code]: (number | null)[]) => {
    running.delete(child);
    return code ?? null;
  });
  const output = collect(child, `${service} listens on `);
  const started = Promise.race([
    output.said,
    ended.then(() => {
      throw new Error(`${name} ended before it was started:\n${output.text()}`);
    }),
  ]);
  // Who kills it while it starts does not wait for it.
  started.catch(() => {});
  return {
    service,
    name,
    pid: child.pid!,
    port,
    started,
    ended,
    output: output.text,
    signal: (signal) => void child.kill(signal),
  };
}

/** Keeps what a process writes, and tells when it has said so. */
function collect({ stdout, stderr }: ChildProcess, words: string) {
  let text = '';
  const said = new Promise<void>((resolve) => {
    const keep = (piece: string): void => {
      text = (text + piece).slice(-OUTPUT_CHARS);
      if (text.includes(words)) resolve();
    };
    for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', keep);
  });
  return { said, text: () => text };
}
