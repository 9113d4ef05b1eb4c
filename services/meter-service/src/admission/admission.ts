import { GAUGES, type Plan } from '@countersign/access';
import type { Directory } from '@countersign/directory';
import { describeStoreError } from '@countersign/event-store';
import {
  covers,
  isQuotaRefused,
  type MeterCommand,
  type QuotaFailure,
  type Traffic,
  throttleRooms,
} from '@countersign/metering';
import {
  type Admission,
  type AdmissionAnswer,
  edgeMetadata,
  type NotAsked,
  type RequestAsk,
  type ServiceDependencies,
} from '@countersign/service';
import type { MeterBooks, OpenBook } from '../meter/books.ts';
import type { PlanInForce } from '../meter/plan-in-force.ts';
import type { Cause } from '../reactions/cause.ts';
import type { Configure } from '../reactions/configure.ts';
import { limitedThrottles, namesAnything, quotasOf } from './named.ts';
import { placeOf, scopesOf } from './place.ts';

export interface AdmissionDependencies {
  readonly service: Pick<ServiceDependencies, 'clock' | 'ids'>;
  readonly books: MeterBooks;
  readonly configure: Configure;
  readonly planOf: (organization: string) => PlanInForce | null;
  readonly directory: Pick<Directory, 'agent' | 'pathOf'>;
  /** Told when a place that nothing has taken yet falls due, in UTC milliseconds. */
  readonly onHeld: (organization: string, expiresAt: number) => void;
  readonly reached: (position: number) => Promise<unknown> | undefined;
}

/** How long a place waits for what is to take it: longer than any append takes, short for who is turned away meanwhile. */
export const PLACE_MS = 60_000;

/** Tries where other instances write in the same book, or have just turned its page. */
const TRIES = 5;

const FREE: AdmissionAnswer = { kind: 'admitted', rate: null };

/** Answers from the book what may be, before it is: one decision after another, so exactly as many as fit are admitted. */
export function createAdmission(deps: AdmissionDependencies): Admission {
  const { service, books, configure, planOf, directory, onHeld } = deps;

  const decide = async (
    organization: string,
    command: (at: number) => MeterCommand,
    admitted: (book: OpenBook) => AdmissionAnswer,
  ): Promise<AdmissionAnswer> => {
    let why = '';
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await books.run(organization, async (book) => {
        const metadata = edgeMetadata(service, { organization, time: new Date(book.at).toISOString() });
        const cause: Cause = { organization, metadata: () => edgeMetadata(service, metadata) };
        const unconfigured = await configure(book, cause);
        if (unconfigured) return unavailable('the plan can not be put in force now');
        const handled = await book.handle(command(book.at), metadata);
        if (handled.kind === 'failed') return handled;
        if (handled.kind === 'handled') return admitted({ ...book, ledger: handled.state });
        return isQuotaRefused(handled.rejection)
          ? refused(handled.rejection.failure)
          : unavailable(handled.rejection.detail);
      });
      if (answer.kind !== 'failed') return answer;
      why = describeStoreError(answer.error);
      if (answer.error.code !== 'VersionConflict') break;
    }
    return unavailable(why);
  };

  const charge = (ask: RequestAsk, amounts: RequestAsk['amounts']): Promise<AdmissionAnswer> => {
    const { organization } = ask.by;
    const traffic = ask.traffic && { ...trafficOf(ask.traffic), amount: 1 };
    const scopes = scopesOf(ask, directory);
    return decide(
      organization,
      (at) => ({ type: 'charge', id: null, at, askedAt: at, amounts, scopes, traffic }),
      ({ ledger, at }) => {
        const rooms = traffic === null ? [] : throttleRooms(ledger, traffic, at);
        const [narrowest] = rooms.toSorted((a, b) => a.remaining - b.remaining);
        if (narrowest === undefined) return FREE;
        const { limit, remaining } = narrowest;
        return { kind: 'admitted', rate: { limit, remaining } };
      },
    );
  };

  return {
    request(ask) {
      const plan = planOf(ask.by.organization);
      if (plan === null) return unavailable('the organization is not known');
      const { entry } = plan;
      const amounts = ask.amounts.filter(({ key }) => quotasOf(entry, key).length > 0);
      return amounts.length === 0 && !isThrottled(entry, ask) ? FREE : charge(ask, amounts);
    },
    place(ask) {
      const plan = planOf(ask.organization);
      if (plan === null) return unavailable('the organization is not known');
      const quotas = quotasOf(plan.entry, ask.gauge);
      if (quotas.length === 0 ? namesAnything(plan.entry) : quotas.every(({ limit }) => limit === null)) {
        return FREE;
      }
      const place = placeOf(ask, directory);
      return decide(
        ask.organization,
        (at) => ({ type: 'acquire', ...place, at, askedAt: at, expiresAt: at + PLACE_MS }),
        ({ at }) => {
          onHeld(ask.organization, at + PLACE_MS);
          return FREE;
        },
      );
    },
    async reached(position) {
      await deps.reached(position);
      return true;
    },
  };
}

function trafficOf({ categories, ...endpoint }: NonNullable<RequestAsk['traffic']>): Traffic {
  return { categories, endpoint };
}

function isThrottled(plan: Plan, { traffic }: RequestAsk): boolean {
  return traffic !== null && limitedThrottles(plan).some((throttle) => covers(throttle, trafficOf(traffic)));
}

function unavailable(detail: string): NotAsked {
  return { kind: 'unavailable', detail };
}

/** A failure in the words of the port. */
function refused(failure: QuotaFailure): AdmissionAnswer {
  const { limit, used, retry_after_ms: retryAfterMs } = failure;
  const about = { kind: 'refused', limit, used, retryAfterMs } as const;
  if (failure.kind === 'throttle') {
    return { ...about, by: { kind: 'throttle', throttle: failure.throttle } };
  }
  const { key } = failure;
  const kind = GAUGES.some((gauge) => gauge === key) ? 'gauge' : 'counter';
  return { ...about, by: { kind, key, scope: failure.kind === 'meter' ? failure.scope : null } };
}
