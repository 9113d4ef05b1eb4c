import { existsSync } from 'node:fs';
import {
  logAccessSettings,
  ownerKeyFile,
  refuseConfiguration,
  refuseStart,
  runProcess,
} from '@countersign/hosting';
import { createLogger } from '@countersign/telemetry';
import { openAdapters } from './adapters.ts';
import { buildInstallation } from './composition.ts';
import { readConfig } from './config.ts';
import { ledgerCertificateFile } from './ledger-certificate.ts';

const read = readConfig(process.env);
if (!read.ok) refuseConfiguration(read.errors);
const { config } = read;
// Ledger, views and keys are for who runs this, wherever the data directory lies.
process.umask(0o077);
const logger = createLogger({ level: config.logLevel, service: 'countersign' });
logAccessSettings(config.access, logger);
const adapters = await openAdapters(config, logger);
if ('refused' in adapters) refuseStart(adapters.refused);
const installation = await buildInstallation(config, adapters, logger);

const { httpHost, httpPort, grpcPort, dataDirectory, environment } = config;
let ledgerServed = grpcPort > 0;
const serveLedger = async () => {
  const notServed = await installation.ledgerPort.listen();
  if (!notServed) return;
  ledgerServed = false;
  const remedy = 'choose another COUNTERSIGN_GRPC_PORT (0 serves no ledger), or stop what has it';
  const words = `${notServed.detail}; remedy: ${remedy}`;
  // Nobody asked for the default one: a second installation on this machine starts without it.
  if (config.grpcPortNamed) refuseStart(words);
  logger.warn(`the ledger is not served to clients of EventStoreDB: ${words}`);
};
const url = await runProcess(
  {
    ...installation,
    async close() {
      await installation.close();
      await adapters.close();
    },
  },
  {
    host: httpHost,
    port: httpPort,
    logger,
    name: dataDirectory,
    async onListening({ origin }) {
      await serveLedger();
      const events = adapters.store.durablePosition;
      logger.info({ url: origin, data_directory: dataDirectory, environment, events }, 'starting');
    },
  },
);

// Last: who reads this may stop the process at once.
process.stdout.write(`Countersign listens on ${url.origin}\n`);
process.stdout.write(
  existsSync(ownerKeyFile(dataDirectory))
    ? `The owner's key is in ${ownerKeyFile(dataDirectory)}\n`
    : `There is no ${ownerKeyFile(dataDirectory)}: the keys that were given out hold\n`,
);
if (ledgerServed) {
  const trusted = ledgerCertificateFile(dataDirectory);
  process.stdout.write(
    `The ledger is served on esdb://127.0.0.1:${grpcPort}, its certificate is ${trusted}\n`,
  );
}
