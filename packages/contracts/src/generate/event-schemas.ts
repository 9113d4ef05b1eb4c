import { z } from 'zod';
import { closed } from '../closed.ts';
import { erased } from '../envelope.ts';
import type { EventDefinition } from '../events/define-event.ts';
import { dataSchemaOf } from '../events/read.ts';
import { jsonSchemaOf, type SchemaNode } from './json-schema.ts';

const ERASABLE =
  'Erasable: sealed on the bus, opened over HTTP for readers with the right, {erased: true} after erasure.';

/**
 * What the `data` of an event can look like to a reader: the clear part, with the erasable fields absent (on the bus,
 * where they are sealed), opened in place, or erased.
 */
export function readableData(definition: EventDefinition): z.ZodObject {
  const opened = Object.entries(definition.erasable.shape).map(([name, plaintext]) => [
    name,
    z
      .union([plaintext as z.ZodType, erased])
      .optional()
      .describe(ERASABLE),
  ]);
  return closed({ ...definition.data.shape, ...Object.fromEntries(opened) });
}

/** The JSON Schema 2020-12 of an event's data, under the `$id` that its `dataschema` names. */
export function eventSchema(definition: EventDefinition): SchemaNode {
  const { $schema, ...rest } = jsonSchemaOf(readableData(definition), 'draft-2020-12');
  return {
    $schema,
    $id: dataSchemaOf(definition.type, definition.version),
    title: `${definition.type}, version ${definition.version}`,
    description: definition.description,
    ...rest,
  };
}
