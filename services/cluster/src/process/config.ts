import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Service } from '@countersign/contracts';
import {
  type AccessSettings,
  type ConfigError,
  commonSettings,
  type Environment,
  type OidcSettings,
  readAccessSettings,
  readOidcSettings,
  readSettings,
} from '@countersign/hosting';
import type { KafkaSecurity } from '@countersign/message-bus-kafka';
import { uncountedLimits } from '@countersign/meter-service';
import type { LogLevel } from '@countersign/telemetry';
import { z } from 'zod';
import { kafkaSettings, readKafkaSecurity } from './kafka-settings.ts';

const url = z
  .url({ protocol: /^https?$/ })
  .optional()
  .describe('the address of a service, such as http://127.0.0.1:7072');
const file = (what: string) => z.string().min(1).optional().describe(what);

/**
 * All settings of all five processes, so that they can share one environment: each takes what it needs and lets the others'
 * be. Beside those of every process of Countersign, they are named here alone.
 */
export const clusterSettings = z.object({
  ...commonSettings,
  COUNTERSIGN_KAFKA_BROKERS: z
    .string()
    .regex(/^\s*[^\s,:]+:[0-9]{1,5}(\s*,\s*[^\s,:]+:[0-9]{1,5})*\s*$/)
    .transform((list) => list.split(',').map((broker) => broker.trim()))
    .optional()
    .describe('brokers as host:port, separated by commas, such as 127.0.0.1:9092'),
  ...kafkaSettings,
  COUNTERSIGN_EVENTSTORE_URL: z
    .string()
    .regex(/^(esdb|kurrentdb)(\+discover)?:\/\/\S+$/)
    .optional()
    .describe('a connection string of EventStoreDB, such as esdb://127.0.0.1:2113?tls=false'),
  COUNTERSIGN_INSTANCE: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
    .optional()
    .describe('a name that no other process of the service has, out of a-z, 0-9, ".", "_" and "-"'),
  COUNTERSIGN_CLUSTER_KEY_FILE: file(
    'a file with 32 bytes in base64url: `countersign cluster init` makes it',
  ),
  COUNTERSIGN_PRINCIPAL_KEY_FILE: file(
    'a file with an Ed25519 key in PEM, the private one at the gateway and the public one elsewhere: `countersign cluster init` makes both',
  ),
  COUNTERSIGN_OWNER_KEY_FILE: file('a file with the key that the owner of the installation is to have'),
  COUNTERSIGN_VAULT_DIR: file('a directory for the key vault, the same for all instances of audit-projector'),
  COUNTERSIGN_POLICY_ENGINE_URL: url,
  COUNTERSIGN_APPROVAL_SERVICE_URL: url,
  COUNTERSIGN_METER_SERVICE_URL: url,
  COUNTERSIGN_AUDIT_PROJECTOR_URL: url,
});

type Settings = z.output<typeof clusterSettings>;
/** A setting by the name of its environment variable. */
export type SettingName = keyof Settings & string;

/** What every process needs of its environment beside what has a default. */
const NEEDED = [
  'COUNTERSIGN_KAFKA_BROKERS',
  'COUNTERSIGN_EVENTSTORE_URL',
  'COUNTERSIGN_CLUSTER_KEY_FILE',
  'COUNTERSIGN_PRINCIPAL_KEY_FILE',
] as const;

/** Those settings of which some must be given are; the others as they were read. */
export type ClusterSettings<Needed extends SettingName> = Settings & {
  readonly [Name in Needed | (typeof NEEDED)[number]]: NonNullable<Settings[Name]>;
};

/** What is set for one process of a cluster. */
export interface ProcessConfig<Needed extends SettingName> {
  readonly service: Service;
  /** Service and instance: the client of Kafka, the holder of leases. */
  readonly instance: string;
  readonly dataDirectory: string;
  readonly logLevel: LogLevel;
  readonly settings: ClusterSettings<Needed>;
  readonly kafkaSecurity: KafkaSecurity;
  /** Read by every process, so that none starts where another one would not. */
  readonly access: AccessSettings;
  /** Whose tokens people sign in with at the gateway; null: nobody's. */
  readonly oidc: OidcSettings | null;
}

type ReadProcessConfig<Needed extends SettingName> =
  | { readonly ok: true; readonly config: ProcessConfig<Needed> }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

/** Reads the environment of a process; `needed` are the settings without which this service can't run. */
export function readProcessConfig<Needed extends SettingName>(
  service: Service,
  environment: Environment,
  needed: readonly Needed[],
): ReadProcessConfig<Needed> {
  const { settings, right, errors: wrong } = readSettings(environment, clusterSettings);
  const errors = [...wrong];
  for (const name of [...NEEDED, ...needed]) {
    if (environment[name]?.trim()) continue;
    errors.push({ name, detail: `is missing: it must be ${clusterSettings.shape[name].description}` });
  }
  const access = readAccessSettings(environment, uncountedLimits);
  if (!access.ok) errors.push(...access.errors);
  const oidc = readOidcSettings(right);
  if (!oidc.ok) errors.push(...oidc.errors);
  const kafka = readKafkaSecurity(right);
  // One thing about each setting: what is no value is not missing, too.
  const told = new Set(errors.map(({ name }) => name));
  if (!kafka.ok) errors.push(...kafka.errors.filter(({ name }) => !told.has(name)));
  if (!settings || !access.ok || !oidc.ok || !kafka.ok || errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    config: {
      service,
      instance: settings.COUNTERSIGN_INSTANCE ?? defaultInstance(),
      dataDirectory: join(settings.COUNTERSIGN_DATA_DIR),
      logLevel: settings.COUNTERSIGN_LOG_LEVEL,
      settings: settings as ClusterSettings<Needed>,
      kafkaSecurity: kafka.security,
      access: access.settings,
      oidc: oidc.oidc,
    },
  };
}

/** Unlike that of any other process now, and of none before on this machine for long. */
function defaultInstance(): string {
  const host = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]/g, '-')
    .replace(/^[^a-z0-9]+/, '');
  return `${(host || 'host').slice(0, 50)}-${process.pid}`;
}
