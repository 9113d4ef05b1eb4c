import { codeOf } from '@countersign/internal-http';
import type { Logger } from '@countersign/telemetry';

/** Tells the log when a service goes away and when it is back, not each request that it has not answered. */
export interface Outages {
  failed(service: string, cause: unknown): void;
  answered(service: string): void;
}

/** Tells of the first failure and of the first answer after it, not of every request. */
export function createOutages(logger: Logger): Outages {
  const away = new Set<string>();
  return {
    failed(service, cause) {
      if (away.has(service)) return;
      away.add(service);
      const why = typeof cause === 'string' ? cause : codeOf(cause);
      logger.error({ target: service, why }, 'requests are not forwarded');
    },
    answered(service) {
      if (away.delete(service)) logger.info({ target: service }, 'requests are forwarded again');
    },
  };
}
