import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';
import { redact } from './redact.ts';
import { scrubText } from './scrub-text.ts';

export type { Logger } from 'pino';

/** How much is logged, from everything to nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** One of `logLevels`. */
export type LogLevel = (typeof logLevels)[number];

/** How much is logged, for whom and where to. */
export interface LoggerOptions {
  readonly level: LogLevel;
  /** Name of the process or service, on every line. */
  readonly service: string;
  /** Where lines go; standard error by default, because standard output is for data. */
  readonly destination?: DestinationStream;
}

const STANDARD_ERROR = 2;

/**
 * A logger that writes JSON lines without personal data and secrets: members that are private by name are left out at
 * any depth, keys and permits are cut out of every text. What else a message says in free words stays, so messages are
 * constants and facts are members.
 */
export function createLogger({ level, service, destination: given }: LoggerOptions): Logger {
  const logger = pino(
    {
      level,
      base: { service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redact },
      // `redact` has already made plain data of errors.
      serializers: { err: (error: unknown) => error },
      hooks: { streamWrite: scrubText },
    },
    given ?? destination({ dest: STANDARD_ERROR, sync: true }),
  );
  return redactBindings(logger);
}

/** pino writes the bindings of a child without its formatters, so they are redacted as they come. Children inherit it. */
function redactBindings(logger: Logger): Logger {
  const { child } = logger;
  logger.child = function redactedChild(this: Logger, bindings, options) {
    return child.call(this, redact(bindings), options) as ReturnType<typeof child>;
  } as typeof child;
  return logger;
}
