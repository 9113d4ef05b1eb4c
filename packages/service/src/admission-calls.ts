import { GAUGES, THROTTLE_CATEGORIES } from '@countersign/access';
import { type ClusterCall, type ClusterClient, clusterCall, isUnreachable } from '@countersign/internal-http';
import { z } from 'zod';
import type { Admission, AdmissionAnswer, PlaceAsk, RequestAsk } from './admission.ts';

const REQUESTS = '/internal/v1/admissions/requests';
const PLACES = '/internal/v1/admissions/places';
const POSITIONS = '/internal/v1/admissions/positions';

const count = z.int().min(0);
const requestAsk = z.strictObject({
  by: z.strictObject({
    kind: z.enum(['user', 'agent', 'service']),
    id: z.string(),
    organization: z.string(),
  }),
  traffic: z
    .strictObject({
      categories: z.array(z.enum(THROTTLE_CATEGORIES)),
      method: z.string(),
      path: z.string(),
    })
    .nullable(),
  amounts: z.array(z.strictObject({ key: z.string(), amount: count })),
  project: z.string().optional(),
  known: count.optional(),
});
const placeAsk = z.strictObject({
  organization: z.string(),
  gauge: z.enum(GAUGES),
  subject: z.string(),
  project: z.string().optional(),
  user: z.string().optional(),
  known: count.optional(),
});
const answer = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('admitted'),
    rate: z.strictObject({ limit: count, remaining: count }).nullable(),
  }),
  z.strictObject({
    kind: z.literal('refused'),
    by: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('throttle'), throttle: z.string() }),
      z.strictObject({ kind: z.enum(['counter', 'gauge']), key: z.string(), scope: z.string().nullable() }),
    ]),
    limit: count,
    used: count,
    retryAfterMs: count.nullable(),
  }),
  z.strictObject({ kind: z.literal('unavailable'), detail: z.string() }),
]);
const reached = z.strictObject({ reached: z.boolean() });

/** What meter-service answers to the other services of a cluster. */
export function admissionCalls(admission: Admission): readonly ClusterCall[] {
  return [
    clusterCall(REQUESTS, requestAsk, async (ask) => admission.request(ask as RequestAsk)),
    clusterCall(PLACES, placeAsk, async (ask) => admission.place(ask as PlaceAsk)),
    clusterCall(POSITIONS, z.strictObject({ position: count }), async ({ position }) => ({
      reached: await admission.reached(position),
    })),
  ];
}

/** The meters of another process. Where it can't be asked nothing is admitted. */
export function createRemoteAdmission(client: ClusterClient): Admission {
  const ask = async (path: string, body: object): Promise<AdmissionAnswer> => {
    const answered = await client.ask(path, body, answer);
    return isUnreachable(answered) ? { kind: 'unavailable', detail: answered.detail } : answered;
  };
  return {
    request: ({ by: { kind, id, organization }, ...rest }) =>
      ask(REQUESTS, { by: { kind, id, organization }, ...rest }),
    place: (place) => ask(PLACES, place),
    async reached(position) {
      const answered = await client.ask(POSITIONS, { position }, reached);
      return !isUnreachable(answered) && answered.reached;
    },
  };
}
