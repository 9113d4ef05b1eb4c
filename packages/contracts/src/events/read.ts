import type { z } from 'zod';
import { type CloudEvent, cloudEvent } from '../envelope.ts';
import { describeIssues, type FieldError } from '../zod-errors.ts';
import { findPublicEvent, type PublicEventData, type PublicEventType } from './registry.ts';

/** A public event whose data has the type that its name promises. */
export type PublicEvent = {
  [Type in PublicEventType]: CloudEvent<Type, PublicEventData<Type>>;
}[PublicEventType];

/**
 * What a message turned out to be: an event; one of a type or version that this reader does not know, to be counted
 * and passed over; or no event at all, to be parked.
 */
export type ReadEvent =
  | { readonly code: 'event'; readonly event: PublicEvent }
  | { readonly code: 'unknown_type'; readonly event: CloudEvent }
  | { readonly code: 'invalid_event'; readonly errors: readonly FieldError[] };

/**
 * Reads foreign JSON as a public event. Lenient: unknown fields are kept, since an added field does not make a new
 * version, and the value is handed on as it came.
 */
export function readPublicEvent(value: unknown): ReadEvent {
  const envelopeErrors = seriousErrors(cloudEvent.safeParse(value), '');
  if (envelopeErrors.length > 0) return { code: 'invalid_event', errors: envelopeErrors };
  const event = value as CloudEvent;
  const definition = findPublicEvent(event.type);
  if (definition === undefined || event.dataschema !== dataSchemaOf(event.type, definition.version)) {
    return { code: 'unknown_type', event };
  }
  const errors = seriousErrors(definition.data.safeParse(event.data), '/data');
  return errors.length > 0
    ? { code: 'invalid_event', errors }
    : { code: 'event', event: event as unknown as PublicEvent };
}

/** The `dataschema` of an event type: the path under which its JSON Schema is served. */
export function dataSchemaOf(type: string, version: number): string {
  return `/schemas/events/${type}.v${version}.json`;
}

function seriousErrors(result: z.ZodSafeParseResult<unknown>, at: string): readonly FieldError[] {
  const issues = (result.error?.issues ?? []).filter((issue) => !isOnlyUnknownField(issue));
  return describeIssues(issues).map(({ pointer, detail }) => ({ pointer: at + pointer, detail }));
}

function isOnlyUnknownField(issue: z.core.$ZodIssue): boolean {
  if (issue.code === 'unrecognized_keys') return true;
  return issue.code === 'invalid_union' && issue.errors.some((branch) => branch.every(isOnlyUnknownField));
}
