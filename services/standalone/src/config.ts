import { join, resolve } from 'node:path';
import {
  type AccessSettings,
  type ConfigError,
  commonSettings,
  type Environment,
  type OidcSettings,
  optionalIntegerSetting,
  readAccessSettings,
  readOidcSettings,
  readSettings,
} from '@countersign/hosting';
import { masterKeyFault } from '@countersign/key-vault-sqlite/master-key';
import { uncountedLimits } from '@countersign/meter-service';
import type { LogLevel } from '@countersign/telemetry';
import { z } from 'zod';

/** The installation's configuration as the contract names it. */
export interface Config {
  readonly httpHost: string;
  /** 0: any free port; it is printed. */
  readonly httpPort: number;
  /** Where the ledger is served to EventStoreDB's clients, on the loopback address; 0: nowhere. */
  readonly grpcPort: number;
  /** A named port has to be free; where the default one is taken, the ledger is not served. */
  readonly grpcPortNamed: boolean;
  readonly dataDirectory: string;
  readonly masterKeyFile: string;
  /** A master key has to exist that is named at another place than the default one, which is made on the first start. */
  readonly masterKeyNamed: boolean;
  readonly logLevel: LogLevel;
  readonly environment: string;
  readonly decisionTimeoutMs: number;
  readonly permitTtlMs: number;
  readonly outcomeTtlMs: number;
  /** Handlers of requests for access may be on this machine. */
  readonly handlersOnLoopback: boolean;
  readonly access: AccessSettings;
  /** Whose tokens people sign in with, beside keys; null: nobody's. */
  readonly oidc: OidcSettings | null;
}

type ReadConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

/** EventStoreDB's own. */
const DEFAULT_GRPC_PORT = 2113;

const variables = z.object({
  ...commonSettings,
  COUNTERSIGN_GRPC_PORT: optionalIntegerSetting(DEFAULT_GRPC_PORT, 0, 65_535),
});

/**
 * Reads the environment, and the files that it names. Unknown names and bad values are errors, all of them at once; a known
 * one that is empty is not given.
 */
export function readConfig(environment: Environment): ReadConfig {
  const { settings, right, errors } = readSettings(environment, variables);
  const access = readAccessSettings(environment, uncountedLimits);
  const oidc = readOidcSettings(right);
  const all = [
    ...errors,
    ...(access.ok ? [] : access.errors),
    ...(oidc.ok ? [] : oidc.errors),
    ...masterKeyErrors(right),
  ];
  if (!settings || !access.ok || !oidc.ok || all.length > 0) return { ok: false, errors: all };
  return { ok: true, config: configOf(settings, access.settings, oidc.oidc) };
}

type Variables = z.output<typeof variables>;

/** Where the master key is: the default one is in the data directory, whether or not it is named. */
function masterKeyOf({ COUNTERSIGN_DATA_DIR = '', COUNTERSIGN_MASTER_KEY_FILE: given }: Partial<Variables>) {
  const byDefault = join(COUNTERSIGN_DATA_DIR, 'master.key');
  return { file: given ?? byDefault, named: given !== undefined && resolve(given) !== resolve(byDefault) };
}

function masterKeyErrors(read: Partial<Variables>): readonly ConfigError[] {
  const { file, named } = masterKeyOf(read);
  const fault = named ? masterKeyFault(file) : null;
  return fault === null ? [] : [{ name: 'COUNTERSIGN_MASTER_KEY_FILE', detail: fault }];
}

function configOf(read: Variables, access: AccessSettings, oidc: OidcSettings | null): Config {
  const dataDirectory = read.COUNTERSIGN_DATA_DIR;
  const masterKey = masterKeyOf(read);
  return {
    httpHost: read.COUNTERSIGN_HTTP_HOST,
    httpPort: read.COUNTERSIGN_HTTP_PORT,
    grpcPort: read.COUNTERSIGN_GRPC_PORT ?? DEFAULT_GRPC_PORT,
    grpcPortNamed: read.COUNTERSIGN_GRPC_PORT !== undefined,
    dataDirectory,
    masterKeyFile: masterKey.file,
    masterKeyNamed: masterKey.named,
    logLevel: read.COUNTERSIGN_LOG_LEVEL,
    environment: read.COUNTERSIGN_ENVIRONMENT,
    decisionTimeoutMs: read.COUNTERSIGN_DECISION_TIMEOUT_MS,
    permitTtlMs: read.COUNTERSIGN_PERMIT_TTL_MS,
    outcomeTtlMs: read.COUNTERSIGN_OUTCOME_TTL_MS,
    handlersOnLoopback: read.COUNTERSIGN_HANDLERS_ON_LOOPBACK,
    access,
    oidc,
  };
}
