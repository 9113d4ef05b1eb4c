import type { z } from 'zod';

/** One variable that is wrong, and what would be right. */
export interface ConfigError {
  readonly name: string;
  readonly detail: string;
}

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What was read, and everything that is wrong with it. */
export interface ReadSettings<Shape extends z.ZodRawShape> {
  /** `null` where a value is wrong. */
  readonly settings: z.output<z.ZodObject<Shape>> | null;
  /** Those that are right, to be judged further: an error of one hides none of another. */
  readonly right: Partial<z.output<z.ZodObject<Shape>>>;
  readonly errors: readonly ConfigError[];
}

const PREFIX = 'COUNTERSIGN_';
/** What a shell often has that talked to another server before. */
const CLIENT_SETTINGS: readonly string[] = [
  'COUNTERSIGN_URL',
  'COUNTERSIGN_KEY',
  'COUNTERSIGN_KEY_FILE',
  'COUNTERSIGN_ORGANIZATION',
];

/**
 * Reads the environment. Unknown names and bad values are errors, all of them at once; a known one that is empty is not
 * given. The description of a setting says what would be right.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  environment: Environment,
  schema: z.ZodObject<Shape>,
): ReadSettings<Shape> {
  const named = Object.entries(environment).filter(
    ([name, value]) => name.startsWith(PREFIX) && value !== undefined,
  );
  const known = Object.keys(schema.shape);
  const errors: ConfigError[] = named
    .filter(([name]) => !known.includes(name))
    .map(([name]) => ({
      name,
      detail: CLIENT_SETTINGS.includes(name)
        ? 'is a setting of the command and not of the server: unset it, or start with `countersign start`'
        : `is not a setting; known are ${known.join(', ')}`,
    }));
  const given = Object.fromEntries(named.filter(([name, value]) => known.includes(name) && value?.trim()));
  const { data, error } = schema.safeParse(given);
  const wrong = new Set(error?.issues.map((issue) => String(issue.path[0])));
  const descriptions = schema.shape as Record<string, { readonly description?: string }>;
  for (const name of wrong) errors.push({ name, detail: `must be ${descriptions[name]?.description}` });
  const good = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
  const right = (data ?? schema.partial().parse(good)) as ReadSettings<Shape>['right'];
  return { settings: data ?? null, right, errors };
}

/** Errors of a setting that holds a document of its own, by where in it they are. */
export function documentErrors(
  name: string,
  errors: readonly { readonly pointer: string; readonly detail: string }[],
): ConfigError[] {
  return errors.map(({ pointer, detail }) => ({
    name,
    detail: pointer === '' ? detail : `${pointer}: ${detail}`,
  }));
}
