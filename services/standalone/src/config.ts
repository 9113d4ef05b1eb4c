import { join } from 'node:path';
import type { JsonObject } from '@countersign/event-sourcing';
import { readPlanCatalog } from '@countersign/meter-service';
import { type LogLevel, logLevels } from '@countersign/telemetry';
import { z } from 'zod';

/** The installation's configuration as contract 1 names it. */
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
  /** A named master key has to exist; the default one is made on the first start. */
  readonly masterKeyNamed: boolean;
  readonly logLevel: LogLevel;
  readonly environment: string;
  readonly decisionTimeoutMs: number;
  readonly permitTtlMs: number;
  readonly outcomeTtlMs: number;
  /** The plan entries of `COUNTERSIGN_ACCESS_PLANS` by slug, checked. */
  readonly accessPlans: ReadonlyMap<string, JsonObject>;
}

/** One variable that is wrong, and what would be right. */
export interface ConfigError {
  readonly name: string;
  readonly detail: string;
}

export type ReadConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

const PREFIX = 'COUNTERSIGN_';
/** What a shell often has that talked to another server before. */
const CLIENT_SETTINGS: readonly string[] = [
  'COUNTERSIGN_URL',
  'COUNTERSIGN_KEY',
  'COUNTERSIGN_KEY_FILE',
  'COUNTERSIGN_ORGANIZATION',
];

/** Longest decision, permit and outcome times: an hour, a day, a month. */
const MAX_DECISION_MS = 3_600_000;
const MAX_PERMIT_MS = 86_400_000;
const MAX_OUTCOME_MS = 2_678_400_000;

/** EventStoreDB's own. */
const DEFAULT_GRPC_PORT = 2113;

const integer = (fallback: number, least: number, most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,12}$/)
    .transform(Number)
    .pipe(z.int().min(least).max(most))
    .default(fallback)
    .describe(`an integer from ${least} to ${most}, such as ${fallback}`);

const variables = z.object({
  COUNTERSIGN_HTTP_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('an address of this machine, such as 127.0.0.1'),
  COUNTERSIGN_HTTP_PORT: integer(7070, 0, 65_535),
  COUNTERSIGN_GRPC_PORT: integer(DEFAULT_GRPC_PORT, 0, 65_535).removeDefault().optional(),
  COUNTERSIGN_DATA_DIR: z.string().min(1).default('.countersign').describe('a directory'),
  COUNTERSIGN_LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
  COUNTERSIGN_ENVIRONMENT: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/)
    .default('development')
    .describe('a name out of a-z, 0-9, ".", "_" and "-", such as production'),
  COUNTERSIGN_DECISION_TIMEOUT_MS: integer(2_000, 1, MAX_DECISION_MS),
  COUNTERSIGN_PERMIT_TTL_MS: integer(60_000, 1, MAX_PERMIT_MS),
  COUNTERSIGN_OUTCOME_TTL_MS: integer(900_000, 1, MAX_OUTCOME_MS),
  COUNTERSIGN_ACCESS_PLANS: z.string().optional().describe('a JSON object of plans by slug'),
  COUNTERSIGN_MASTER_KEY_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('a file with 32 bytes in base64, mode 0600'),
});

type Name = keyof typeof variables.shape;

/**
 * Reads the environment. Unknown names and bad values are errors, all of them at once; a known one that is empty is not
 * given.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): ReadConfig {
  const named = Object.entries(environment).filter(
    ([name, value]) => name.startsWith(PREFIX) && value !== undefined,
  );
  const known = Object.keys(variables.shape);
  const errors: ConfigError[] = named
    .filter(([name]) => !known.includes(name))
    .map(([name]) => ({
      name,
      detail: CLIENT_SETTINGS.includes(name)
        ? 'is a setting of the command and not of the server: unset it, or start with `countersign start`'
        : `is not a setting; known are ${known.join(', ')}`,
    }));
  const given = named.filter(([name, value]) => known.includes(name) && value?.trim());
  const read = variables.safeParse(Object.fromEntries(given));
  const wrong = new Set(read.error?.issues.map((issue) => issue.path[0] as Name));
  for (const name of wrong) errors.push({ name, detail: `must be ${variables.shape[name].description}` });

  const plans = environment.COUNTERSIGN_ACCESS_PLANS?.trim();
  const accessPlans = plans ? readPlanCatalog(plans) : null;
  for (const { pointer, detail } of accessPlans?.ok === false ? accessPlans.errors : []) {
    errors.push({
      name: 'COUNTERSIGN_ACCESS_PLANS',
      detail: pointer === '' ? detail : `${pointer}: ${detail}`,
    });
  }
  if (!read.success || errors.length > 0) return { ok: false, errors };
  return {
    ok: true,
    config: configOf(read.data, accessPlans?.ok ? accessPlans.plans : new Map()),
  };
}

function configOf(read: z.output<typeof variables>, accessPlans: Config['accessPlans']): Config {
  const dataDirectory = read.COUNTERSIGN_DATA_DIR;
  return {
    httpHost: read.COUNTERSIGN_HTTP_HOST,
    httpPort: read.COUNTERSIGN_HTTP_PORT,
    grpcPort: read.COUNTERSIGN_GRPC_PORT ?? DEFAULT_GRPC_PORT,
    grpcPortNamed: read.COUNTERSIGN_GRPC_PORT !== undefined,
    dataDirectory,
    masterKeyFile: read.COUNTERSIGN_MASTER_KEY_FILE ?? join(dataDirectory, 'master.key'),
    masterKeyNamed: read.COUNTERSIGN_MASTER_KEY_FILE !== undefined,
    logLevel: read.COUNTERSIGN_LOG_LEVEL,
    environment: read.COUNTERSIGN_ENVIRONMENT,
    decisionTimeoutMs: read.COUNTERSIGN_DECISION_TIMEOUT_MS,
    permitTtlMs: read.COUNTERSIGN_PERMIT_TTL_MS,
    outcomeTtlMs: read.COUNTERSIGN_OUTCOME_TTL_MS,
    accessPlans,
  };
}
