import { closeServer, listen } from '@countersign/http';
import { createLogger } from '@countersign/telemetry';
import { openAdapters } from './adapters.ts';
import { startInstallation } from './composition.ts';
import { readConfig } from './config.ts';
import { ownerKeyFile } from './owner-key.ts';

/** Bad configuration and a refused start; anything unexpected is 1. */
const EXIT_USAGE = 2;

const read = readConfig(process.env);
if (!read.ok) {
  process.stderr.write('Countersign can not start with this configuration:\n');
  for (const { name, detail } of read.errors) process.stderr.write(`  ${name} ${detail}\n`);
  process.exit(EXIT_USAGE);
}
const { config } = read;
const logger = createLogger({ level: config.logLevel, service: 'countersign' });
const adapters = await openAdapters(config, logger);
if ('refused' in adapters) {
  process.stderr.write(`Countersign can not start: ${adapters.refused}\n`);
  process.exit(EXIT_USAGE);
}
const installation = await startInstallation(config, adapters, logger);
const url = await listen(installation.app, config.httpHost, config.httpPort);
process.stdout.write(`Countersign listens on ${url.origin}\n`);
process.stdout.write(`The owner's key is in ${ownerKeyFile(config.dataDirectory)}\n`);

let stopping = false;
const stop = async (signal: string) => {
  if (stopping) return;
  stopping = true;
  logger.info({ signal }, 'stopping');
  await closeServer(installation.app);
  await installation.close();
  await adapters.close();
  process.exit(0);
};
process.on('SIGTERM', () => void stop('SIGTERM'));
process.on('SIGINT', () => void stop('SIGINT'));

// Memory may be ahead of the disk: what is durable is rebuilt by the next start, nothing is retried from here.
void installation.failed.then((error) => {
  if (stopping) return;
  logger.fatal({ err: error }, 'Countersign stops: going on would not be safe');
  process.exit(1);
});
