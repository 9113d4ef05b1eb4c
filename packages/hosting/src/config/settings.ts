import { isIP } from 'node:net';
import { logLevels } from '@countersign/telemetry';
import { z } from 'zod';

/** Longest decision, permit and outcome times: an hour, a day, a month. */
const MAX_DECISION_MS = 3_600_000;
const MAX_PERMIT_MS = 86_400_000;
const MAX_OUTCOME_MS = 2_678_400_000;

const integer = (least: number, most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,12}$/)
    .transform(Number)
    .pipe(z.int().min(least).max(most));

const integerWords = (example: number, least: number, most: number) =>
  `an integer from ${least} to ${most}, such as ${example}`;

/** A setting that is a whole number within bounds; its description says what would be right. */
const integerSetting = (fallback: number, least: number, most: number) =>
  integer(least, most)
    .default(fallback)
    .describe(integerWords(fallback, least, most));

/** The same where it matters whether it was given. */
export const optionalIntegerSetting = (example: number, least: number, most: number) =>
  integer(least, most)
    .optional()
    .describe(integerWords(example, least, most));

/** An address, or the name of one (RFC 1123). */
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const isHost = (text: string) => isIP(text) !== 0 || HOST_NAME.test(text);

const json = (what: string) =>
  z.string().optional().describe(`a JSON object of ${what}, or @ and the path of a file with it`);

/** Settings of every process of Countersign. */
export const commonSettings = {
  COUNTERSIGN_HTTP_HOST: z
    .string()
    .refine(isHost)
    .default('127.0.0.1')
    .describe('an address of this machine, such as 127.0.0.1'),
  COUNTERSIGN_HTTP_PORT: integerSetting(7070, 0, 65_535),
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
  COUNTERSIGN_DECISION_TIMEOUT_MS: integerSetting(2_000, 1, MAX_DECISION_MS),
  COUNTERSIGN_PERMIT_TTL_MS: integerSetting(60_000, 1, MAX_PERMIT_MS),
  COUNTERSIGN_OUTCOME_TTL_MS: integerSetting(900_000, 1, MAX_OUTCOME_MS),
  COUNTERSIGN_HANDLERS_ON_LOOPBACK: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('true where handlers of requests for access may be on this machine'),
  // What these hold, `readAccessSettings` reads.
  COUNTERSIGN_ACCESS_PLANS: json('plans by slug'),
  COUNTERSIGN_ACCESS_ROLES: json('roles by scope'),
  COUNTERSIGN_ACCESS_ROLES_OVERLAY: json('role patches by slug'),
  COUNTERSIGN_ACCESS_DEFAULT_PLAN: z.string().optional().describe('the slug of a plan'),
  COUNTERSIGN_ACCESS_DEFAULT_PLAN_OVERLAY: json('parts of a plan'),
  // What these hold, `readOidcSettings` reads.
  COUNTERSIGN_OIDC_ISSUER: z.string().optional().describe('the https address of an issuer'),
  COUNTERSIGN_OIDC_AUDIENCE: z.string().optional().describe('whom the tokens are for'),
  COUNTERSIGN_OIDC_JWKS_URL: z.string().optional().describe("the https address of the issuer's keys"),
  COUNTERSIGN_OIDC_USER_CLAIM: z.string().optional().describe('the claim that is the id of a user'),
  COUNTERSIGN_OIDC_ORGANIZATION_CLAIM: z
    .string()
    .optional()
    .describe('the claim that is the id of an organization'),
  COUNTERSIGN_MASTER_KEY_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('a file with 32 bytes in base64, mode 0600'),
};
