import { z } from 'zod';

/** A piece of JSON Schema, as plain JSON. */
export type SchemaNode = { [keyword: string]: unknown };

/** RFC 3339, UTC, milliseconds. Zod's own pattern also counts the days of each month, in 300 characters. */
const TIMESTAMP_PATTERN = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$';

/** Puts what zod writes into the form that readers of the documents expect; works in place. */
export function tidy(node: SchemaNode): void {
  if (node.format === 'date-time' && String(node.pattern).endsWith('{3}(?:Z))$'))
    node.pattern = TIMESTAMP_PATTERN;
  // `id` is how zod names a shared schema; JSON Schema has no such keyword, and the name is the key in `$defs`.
  delete node.id;
}

/**
 * The JSON Schema of a value of this schema, with shared parts under `$defs` (`definitions` before 2020-12). `output` is
 * what Countersign writes, `input` what it takes, where a field with a default may be left out.
 */
export function jsonSchemaOf(
  schema: z.ZodType,
  target: 'draft-2020-12' | 'draft-7',
  io: 'input' | 'output' = 'output',
): SchemaNode {
  return z.toJSONSchema(schema, {
    target,
    io,
    override: ({ jsonSchema }) => tidy(jsonSchema as SchemaNode),
  }) as SchemaNode;
}
