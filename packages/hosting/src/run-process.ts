import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { closeServer, listen } from '@countersign/http';
import type { Logger } from '@countersign/telemetry';
import type { FastifyInstance } from 'fastify';
import type { ConfigError } from './config/read-settings.ts';
import { describeFailure } from './failure.ts';

/** How much the heap grows from one full collection to the next: a smaller one collects more often than it saves. */
const HEAP_GROWTH_PERCENT = 40;

/** Bad configuration and a refused start; anything unexpected is 1. */
const EXIT_USAGE = 2;
const EXIT_UNEXPECTED = 1;

/** What a process hosts, built: the server may listen before it is started, and says so. */
export interface Hosted {
  readonly app: FastifyInstance;
  /** Rebuilds the state and starts; resolves when calls are answered. */
  start(): Promise<void>;
  /** Resolves with the error that makes going on unsafe: the process must stop. */
  readonly failed: Promise<Error>;
  /** Ends everything, adapters too; called when the server has closed. */
  close(): Promise<void>;
}

/** Ends a start that can not be completed. What was acknowledged before is not touched by it. */
export function refuseStart(why: string, exitCode: number = EXIT_USAGE): never {
  process.stderr.write(`Countersign can not start: ${why}\n`);
  process.exit(exitCode);
}

/** Ends a start whose configuration is wrong, with every error of it. */
export function refuseConfiguration(errors: readonly ConfigError[]): never {
  process.stderr.write('Countersign can not start with this configuration:\n');
  for (const { name, detail } of errors) process.stderr.write(`  ${name} ${detail}\n`);
  process.exit(EXIT_USAGE);
}

/**
 * Rebuilding goes faster in a heap that may grow; from here on it is kept small: what calls leave dies young. Each collection
 * sets how far the heap may grow until the next one, so one is made now: the last one allowed it several times as much.
 */
function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  setFlagsFromString('--no-expose-gc');
}

/**
 * Runs what is hosted until a signal or a failure ends the process. It listens while it rebuilds its state, so that a probe
 * hears how far it is; resolves with its address when it is started.
 */
export async function runProcess(
  hosted: Hosted,
  options: {
    readonly host: string;
    readonly port: number;
    readonly logger: Logger;
    /** What failed, for the operator: the data directory, the service. */
    readonly name: string;
    /** Between listening and the start. */
    readonly onListening?: (url: URL) => Promise<void>;
  },
): Promise<URL> {
  const { host, port, logger, name } = options;
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    await closeServer(hosted.app);
    await hosted.close();
    logger.info('stopped');
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.on('SIGINT', () => void stop('SIGINT'));

  const url = await listen(hosted.app, host, port).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    const remedy = 'choose another COUNTERSIGN_HTTP_HOST or COUNTERSIGN_HTTP_PORT, or stop what has it';
    return refuseStart(`${why}; remedy: ${remedy}`);
  });
  await options.onListening?.(url);
  const from = performance.now();
  await hosted.start().catch((cause: unknown) => {
    if (stopping) return new Promise<never>(() => {});
    logger.fatal({ err: cause }, 'the start has failed');
    return refuseStart(`${name}: ${describeFailure(cause)}`, EXIT_UNEXPECTED);
  });
  logger.info({ url: url.origin, took_ms: Math.round(performance.now() - from) }, 'started');
  keepHeapSmall();
  // Now, because a killed process keeps nothing.
  flushCompileCache();

  // Memory may be ahead of the disk: what is durable is rebuilt by the next start, nothing is retried from here.
  void hosted.failed.then((error) => {
    if (stopping) return;
    logger.fatal({ err: error }, 'Countersign stops: going on would not be safe');
    process.stderr.write(`Countersign has stopped: ${name}: ${describeFailure(error)}\n`);
    process.exit(EXIT_UNEXPECTED);
  });
  return url;
}
