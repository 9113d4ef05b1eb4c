import type { Refusal } from '@countersign/http';
import { actorOf, type Clock, timeOf } from '@countersign/service';
import type { Logger } from '@countersign/telemetry';
import type { Actor } from './events.ts';
import type { AuditTrail } from './trail.ts';

/** What was refused: a request, or an intent on Kafka, whose codes are its own. */
export type Refused = Omit<Refusal, 'code'> & { readonly code: string };

/** Counts refused requests and records them once a minute, added up: nobody fills the disk with them. */
export interface RefusalCounter {
  count(refusal: Refused): void;
  /** Records what has been counted. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const EVERY_MS = 60_000;
/** Most different (who, what, code) of one minute; what is beyond is added up by organization and code alone. */
export const MAX_KEYS = 1_000;
const BEYOND = 'other';
/** Where requests without a valid key are recorded: the installation's own organization. */
const INSTALLATION = 'default';

/** Refusals of announcements that are recorded calls themselves, each with its own events. */
const RECORDED_CALLS = new Set([
  'denied',
  'user_not_delegated',
  'arguments_invalid',
  'over_quota',
  'throttled',
  'undecided',
]);
const ANNOUNCE = 'POST /v1/tool-calls';
/** Nobody was refused: the service could not answer, and every probe of its readiness hears so. */
const NO_REFUSAL = 'unavailable';

interface Counted {
  readonly organization: string;
  readonly by: Actor | null;
  readonly what: string;
  readonly code: string;
  count: number;
}

export function createRefusalCounter(deps: {
  readonly trail: AuditTrail;
  readonly clock: Clock;
  readonly logger: Logger;
}): RefusalCounter {
  const { trail, clock, logger } = deps;
  let counted = new Map<string, Counted>();
  let from = timeOf(clock);

  const add = (one: Omit<Counted, 'count'>) => {
    const { organization, by, what, code } = one;
    const key = `${organization} ${by ? `${by.kind}:${by.id}` : ''} ${what} ${code}`;
    const known = counted.get(key);
    if (known) known.count += 1;
    else if (counted.size < MAX_KEYS || what === BEYOND) counted.set(key, { ...one, count: 1 });
    else add({ organization, by: null, what: BEYOND, code });
  };

  const flush = async () => {
    const all = [...counted.values()];
    const to = timeOf(clock);
    const minute = { from, to };
    counted = new Map();
    from = to;
    for (const organization of new Set(all.map((one) => one.organization))) {
      const refusals = all
        .filter((one) => one.organization === organization)
        .map(({ by, what, code, count }) => ({ by, what, filter: { code }, count }));
      const recorded = await trail.record(organization, {
        type: 'audit-refusals.v1',
        data: { ...minute, refusals },
      });
      if (!recorded)
        logger.error({ organization, refusals: refusals.length }, 'refusals could not be recorded');
    }
  };
  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();

  return {
    count({ code, route, principal }) {
      if (code === NO_REFUSAL || (route === ANNOUNCE && RECORDED_CALLS.has(code))) return;
      const organization = principal?.organization ?? INSTALLATION;
      add({ organization, by: principal && actorOf(principal), what: route, code });
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
