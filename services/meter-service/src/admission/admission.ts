import { GAUGES, type Plan } from '@countersign/access';
import type { Directory } from '@countersign/directory';
import { covers, type QuotaFailure, type Traffic, throttleRooms } from '@countersign/metering';
import type {
  Admission,
  AdmissionAnswer,
  AdmissionRefused,
  PlaceAsk,
  RequestAsk,
} from '@countersign/service';
import type { PlanInForce } from '../meter/plan-in-force.ts';
import { type DecidedNow, type DecideNow, notAsked } from './decide-now.ts';
import { limitedThrottles, namesAnything, quotasOf } from './named.ts';
import { placeOf, scopesOf } from './place.ts';

interface AdmissionDependencies {
  readonly decideNow: DecideNow;
  readonly planOf: (organization: string) => PlanInForce | null;
  readonly directory: Pick<Directory, 'agent' | 'pathOf'>;
  /** Told when a place that nothing has taken yet falls due, in UTC milliseconds. */
  readonly onHeld: (organization: string, expiresAt: number) => void;
  readonly reached: (position: number) => Promise<unknown> | undefined;
}

/** How long a place waits for what is to take it: longer than any append takes, short for who is turned away meanwhile. */
export const PLACE_MS = 60_000;

const FREE: AdmissionAnswer = { kind: 'admitted', rate: null };

/** Answers from the book what may be, before it is: one decision after another, so exactly as many as fit are admitted. */
export function createAdmission(deps: AdmissionDependencies): Admission {
  const { decideNow, planOf, directory, onHeld } = deps;

  const charge = (ask: RequestAsk, amounts: RequestAsk['amounts']): Promise<AdmissionAnswer> => {
    const traffic = ask.traffic && { ...trafficOf(ask.traffic), amount: 1 };
    const scopes = scopesOf(ask, directory);
    return decideNow(
      ask.by.organization,
      (at) => ({ type: 'charge', id: null, at, askedAt: at, amounts, scopes, traffic }),
      (decided) => answerOf(decided, traffic),
    );
  };

  const request = (ask: RequestAsk): ReturnType<Admission['request']> => {
    const plan = planOf(ask.by.organization);
    if (plan === null) return UNKNOWN;
    const { entry } = plan;
    const amounts = ask.amounts.filter(({ key }) => quotasOf(entry, key).length > 0);
    return amounts.length === 0 && !isThrottled(entry, ask) ? FREE : charge(ask, amounts);
  };

  const place = (ask: PlaceAsk): ReturnType<Admission['place']> => {
    const plan = planOf(ask.organization);
    if (plan === null) return UNKNOWN;
    const quotas = quotasOf(plan.entry, ask.gauge);
    const isFree =
      quotas.length === 0 ? namesAnything(plan.entry) : quotas.every(({ limit }) => limit === null);
    if (isFree) return FREE;
    const taken = placeOf(ask, directory);
    return decideNow(
      ask.organization,
      (at) => ({ type: 'acquire', ...taken, at, askedAt: at, expiresAt: at + PLACE_MS }),
      (decided) => {
        if (decided.kind === 'decided') onHeld(ask.organization, decided.at + PLACE_MS);
        return answerOf(decided, null);
      },
    );
  };

  /** Answers by what the asker knows at least; at once where that is known already. */
  const knowing =
    <Ask extends { readonly known?: number }>(answer: (ask: Ask) => ReturnType<Admission['request']>) =>
    (ask: Ask) => {
      const late = deps.reached(ask.known ?? 0);
      return late === undefined ? answer(ask) : late.then(() => answer(ask));
    };

  return {
    request: knowing(request),
    place: knowing(place),
    async reached(position) {
      await deps.reached(position);
      return true;
    },
  };
}

const UNKNOWN = notAsked('the organization is not known');

function trafficOf({ categories, ...endpoint }: NonNullable<RequestAsk['traffic']>): Traffic {
  return { categories, endpoint };
}

function isThrottled(plan: Plan, { traffic }: RequestAsk): boolean {
  return traffic !== null && limitedThrottles(plan).some((throttle) => covers(throttle, trafficOf(traffic)));
}

function answerOf(decided: DecidedNow, traffic: Traffic | null): AdmissionAnswer {
  switch (decided.kind) {
    case 'decided': {
      const rooms = traffic === null ? [] : throttleRooms(decided.ledger, traffic, decided.at);
      const [narrowest] = rooms.toSorted((a, b) => a.remaining - b.remaining);
      if (narrowest === undefined) return FREE;
      const { limit, remaining } = narrowest;
      return { kind: 'admitted', rate: { limit, remaining } };
    }
    case 'failure':
      return refusedBy(decided.failure);
    case 'rejected':
      return notAsked(decided.detail);
    default:
      return decided;
  }
}

/** A failure in the words of the port. */
export function refusedBy(failure: QuotaFailure): AdmissionRefused {
  const { limit, used, retry_after_ms: retryAfterMs } = failure;
  const about = { kind: 'refused', limit, used, retryAfterMs } as const;
  if (failure.kind === 'throttle') {
    return { ...about, by: { kind: 'throttle', throttle: failure.throttle } };
  }
  const { key } = failure;
  const kind = GAUGES.some((gauge) => gauge === key) ? 'gauge' : 'counter';
  return { ...about, by: { kind, key, scope: failure.kind === 'meter' ? failure.scope : null } };
}
