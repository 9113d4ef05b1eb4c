import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { closeServer, listen } from '@countersign/http';
import { createLogger } from '@countersign/telemetry';
import { openAdapters } from './adapters.ts';
import { buildInstallation } from './composition.ts';
import { readConfig } from './config.ts';
import { describeFailure } from './failure.ts';
import { ledgerCertificateFile } from './ledger-certificate.ts';
import { ownerKeyFile } from './owner-key.ts';

/** Bad configuration and a refused start; anything unexpected is 1. */
const EXIT_USAGE = 2;
const EXIT_UNEXPECTED = 1;

/** Ends a start that can not be completed. What was acknowledged before is not touched by it. */
function refuse(why: string, exitCode: number): never {
  process.stderr.write(`Countersign can not start: ${why}\n`);
  process.exit(exitCode);
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));

const read = readConfig(process.env);
if (!read.ok) {
  process.stderr.write('Countersign can not start with this configuration:\n');
  for (const { name, detail } of read.errors) process.stderr.write(`  ${name} ${detail}\n`);
  process.exit(EXIT_USAGE);
}
const { config } = read;
// Ledger, views and keys are for who runs this, wherever the data directory lies.
process.umask(0o077);
const logger = createLogger({ level: config.logLevel, service: 'countersign' });
const adapters = await openAdapters(config, logger);
if ('refused' in adapters) refuse(adapters.refused, EXIT_USAGE);
const installation = await buildInstallation(config, adapters, logger);
let stopping = false;
const stop = async (signal: string) => {
  if (stopping) return;
  stopping = true;
  logger.info({ signal }, 'stopping');
  await closeServer(installation.app);
  await installation.close();
  await adapters.close();
  logger.info('stopped');
  process.exit(0);
};
process.on('SIGTERM', () => void stop('SIGTERM'));
process.on('SIGINT', () => void stop('SIGINT'));

// It listens while it rebuilds its state, so that a probe hears how far it is; calls are answered from the start on.
const { httpHost, httpPort, grpcPort, dataDirectory, environment } = config;
const url = await listen(installation.app, httpHost, httpPort).catch((cause: unknown) => {
  const remedy = 'choose another COUNTERSIGN_HTTP_HOST or COUNTERSIGN_HTTP_PORT, or stop what has it';
  return refuse(`${messageOf(cause)}; remedy: ${remedy}`, EXIT_USAGE);
});
const notServed = await installation.ledgerPort.listen();
if (notServed) {
  const remedy = 'choose another COUNTERSIGN_GRPC_PORT (0 serves no ledger), or stop what has it';
  const words = `${notServed.detail}; remedy: ${remedy}`;
  // Nobody asked for the default one: a second installation on this machine starts without it.
  if (config.grpcPortNamed) refuse(words, EXIT_USAGE);
  logger.warn(`the ledger is not served to clients of EventStoreDB: ${words}`);
}
const events = adapters.store.durablePosition;
logger.info({ url: url.origin, data_directory: dataDirectory, environment, events }, 'starting');
const from = performance.now();
await installation.start().catch((cause: unknown) => {
  if (stopping) return new Promise<never>(() => {});
  logger.fatal({ err: cause }, 'the start has failed');
  return refuse(`${dataDirectory}: ${describeFailure(cause)}`, EXIT_UNEXPECTED);
});
logger.info({ url: url.origin, took_ms: Math.round(performance.now() - from) }, 'started');
// Rebuilding goes faster in a heap that may grow; from here on it is kept small: what calls leave dies young.
setFlagsFromString('--heap-growing-percent=60');
// Now, because a killed process keeps nothing.
flushCompileCache();

// Memory may be ahead of the disk: what is durable is rebuilt by the next start, nothing is retried from here.
void installation.failed.then((error) => {
  if (stopping) return;
  logger.fatal({ err: error }, 'Countersign stops: going on would not be safe');
  process.stderr.write(`Countersign has stopped: ${dataDirectory}: ${describeFailure(error)}\n`);
  process.exit(EXIT_UNEXPECTED);
});

// Last: who reads this may stop the process at once.
process.stdout.write(`Countersign listens on ${url.origin}\n`);
process.stdout.write(
  existsSync(ownerKeyFile(dataDirectory))
    ? `The owner's key is in ${ownerKeyFile(dataDirectory)}\n`
    : `There is no ${ownerKeyFile(dataDirectory)}: the keys that were given out hold\n`,
);
if (grpcPort > 0 && !notServed) {
  const trusted = ledgerCertificateFile(dataDirectory);
  process.stdout.write(
    `The ledger is served on esdb://127.0.0.1:${grpcPort}, its certificate is ${trusted}\n`,
  );
}
