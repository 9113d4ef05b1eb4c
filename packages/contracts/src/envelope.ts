import { z } from 'zod';
import { type JsonObject, jsonObject } from './json.ts';
import { digest, id, position, stream, timestamp, uuid } from './vocabulary/scalars.ts';

/**
 * The erasable fields of an event, encrypted together. `key` names the data key in the vault, `ciphertext` is
 * base64url, `digests` holds the digest of each field's disclosure, which stays true after the key is destroyed.
 */
export const sealed = z
  .object({
    key: z.string().min(1).max(500),
    ciphertext: z.string().regex(/^[A-Za-z0-9_-]+$/),
    digests: z.record(z.string(), digest),
  })
  .meta({ id: 'Sealed' });

/** What stands in the place of a field whose key is destroyed. */
export const erased = z.object({ erased: z.literal(true) }).meta({ id: 'Erased' });

/**
 * A public event: CloudEvents 1.0 in the JSON format, with Countersign's extensions and, beside `data`, `sealed`.
 *
 * On the bus `data` is the clear part and `sealed` the rest. Over HTTP, for callers with the right, the fields are
 * opened in place: `data` has them, or `{erased: true}` for each after erasure, and `sealed` is gone.
 */
export const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: uuid,
    source: z.string().regex(/^\/countersign\/[a-z-]+$/),
    type: z.string().regex(/^[a-z]+(\.[a-z_]+)+$/),
    subject: stream.describe('the stream of the event'),
    time: timestamp,
    datacontenttype: z.literal('application/json'),
    dataschema: z.string().regex(/^\/schemas\/events\/[a-z_.]+\.v[1-9][0-9]*\.json$/),
    organization: id,
    sequence: z.int().min(1).describe("the event's version in its stream: 1 for the first, without gaps"),
    position,
    partitionkey: z.string().min(1),
    correlationid: z.string().min(1).optional().describe('id of the tool call'),
    causationid: z.string().min(1).optional().describe('id of the event or intent that led to this one'),
    traceparent: z
      .string()
      .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)
      .optional(),
    data: jsonObject,
    sealed: sealed.optional(),
  })
  .meta({ id: 'CloudEvent' });

/** The erasable fields of an event, encrypted. */
export type Sealed = {
  readonly key: string;
  readonly ciphertext: string;
  readonly digests: Readonly<Record<string, string>>;
};

/** What stands in the place of a field whose key is destroyed. */
export type Erased = { readonly erased: true };

/** A public event with data of type `Data`; `readPublicEvent` makes one out of foreign JSON. */
export type CloudEvent<Type extends string = string, Data = JsonObject> = Readonly<
  Omit<z.infer<typeof cloudEvent>, 'type' | 'data' | 'sealed'>
> & {
  readonly type: Type;
  readonly data: Data;
  readonly sealed?: Sealed | undefined;
};
