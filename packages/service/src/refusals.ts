import type { Party } from '@countersign/access';
import type { Refusal } from '@countersign/http';
import type { Logger } from '@countersign/telemetry';
import { actorOf } from './answer.ts';
import type { Clock } from './dependencies.ts';

/** Requests of one organization that were refused before they became calls, added up. */
export interface CountedRefusals {
  readonly from: string;
  readonly to: string;
  readonly refusals: readonly {
    readonly by: Party | null;
    /** Method and path template. */
    readonly what: string;
    readonly filter: { readonly code: string };
    readonly count: number;
  }[];
}

/** Records refusals, durable before the answer; `false` if that could not be done. */
export type RecordRefusals = (organization: string, counted: CountedRefusals) => Promise<boolean>;

/** What was refused: a request, or an intent on Kafka, whose codes are its own. */
export type Refused = Omit<Refusal, 'code'> & { readonly code: string };

/** Counts refused requests and records them once a minute, added up: nobody fills the disk with them. */
export interface RefusalCounter {
  count(refusal: Refused): void;
  /** Records what has been counted; what can't be recorded now is kept for the next time. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const EVERY_MS = 60_000;
/** Most different (who, what, code) at a time; what is beyond is added up by organization and code alone. */
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
  readonly by: Party | null;
  readonly what: string;
  readonly code: string;
  /** Begin of the time in which they were counted, in ms since 1970. */
  readonly since: number;
  readonly count: number;
}

/** Counts in memory and records once a minute: a crash takes along what was counted since. */
export function createRefusalCounter(deps: {
  readonly record: RecordRefusals;
  readonly clock: Clock;
  readonly logger: Logger;
}): RefusalCounter {
  const { record, clock, logger } = deps;
  let counted = new Map<string, Counted>();
  let since = clock.nowMs();

  const add = (one: Counted): void => {
    const { organization, by, what, code } = one;
    const key = `${organization} ${by ? `${by.kind}:${by.id}` : ''} ${what} ${code}`;
    const known = counted.get(key);
    if (known) {
      const earlier = Math.min(known.since, one.since);
      counted.set(key, { ...known, since: earlier, count: known.count + one.count });
    } else if (counted.size < MAX_KEYS || what === BEYOND) counted.set(key, one);
    else add({ ...one, by: null, what: BEYOND });
  };

  const flushOnce = async (): Promise<void> => {
    const all = Map.groupBy(counted.values(), ({ organization }) => organization);
    const now = clock.nowMs();
    counted = new Map();
    since = now;
    for (const [organization, ones] of all) {
      const begin = Math.min(...ones.map((one) => one.since));
      const [from, to] = [timeAt(begin), timeAt(now)];
      const refusals = ones.map(({ by, what, code, count }) => ({ by, what, filter: { code }, count }));
      if (await record(organization, { from, to, refusals })) continue;
      logger.error({ organization, refusals: refusals.length }, 'refusals could not be recorded');
      ones.forEach(add);
    }
  };
  let flushed = Promise.resolve();
  const flush = (): Promise<void> => {
    flushed = flushed.then(flushOnce);
    return flushed;
  };
  const timer = setInterval(() => void flush(), EVERY_MS);
  timer.unref();

  return {
    count({ code, route, principal }) {
      if (code === NO_REFUSAL || (route === ANNOUNCE && RECORDED_CALLS.has(code))) return;
      const organization = principal?.organization ?? INSTALLATION;
      add({ organization, by: principal && actorOf(principal), what: route, code, since, count: 1 });
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

function timeAt(ms: number): string {
  return new Date(ms).toISOString();
}
