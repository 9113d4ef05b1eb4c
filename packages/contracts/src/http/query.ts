import { z } from 'zod';
import type {} from 'zod-openapi';
import { closed } from '../closed.ts';
import { DEFAULT_PAGE_SIZE, MAX_CURSOR_CHARS, MAX_OFFSET, MAX_PAGE_SIZE, MAX_WAIT_MS } from '../limits.ts';

/**
 * An integer in a query string: digits and nothing else, within bounds. The document says `integer`, as the caller
 * means it.
 */
function queryInteger(bounds: { minimum: number; maximum: number; default: number; description: string }) {
  const wrong = `must be an integer from ${bounds.minimum} to ${bounds.maximum}`;
  return z
    .string()
    .regex(/^[0-9]{1,16}$/, wrong)
    .transform(Number)
    .pipe(z.int({ error: wrong }).min(bounds.minimum, wrong).max(bounds.maximum, wrong))
    .prefault(String(bounds.default))
    .meta({
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: 'integer', ...bounds });
      },
    });
}

/** How many items at most; fewer where they are large. */
export const limit = queryInteger({
  minimum: 1,
  maximum: MAX_PAGE_SIZE,
  default: DEFAULT_PAGE_SIZE,
  description: 'how many items at most; an answer ends before where items are large',
});

/** How many items of a list to pass over. */
export const offset = queryInteger({
  minimum: 0,
  maximum: MAX_OFFSET,
  default: 0,
  description: 'how many items to pass over',
});

/** `next` of the answer before; opaque. */
export const after = z
  .string()
  .max(MAX_CURSOR_CHARS)
  .regex(/^[A-Za-z0-9._:-]+$/, 'must be the `next` of an earlier answer, exactly as it was given')
  .describe('the `next` of the answer before')
  .optional();

/** How long the answer may be held back, in milliseconds. */
export const waitMs = queryInteger({
  minimum: 0,
  maximum: MAX_WAIT_MS,
  default: 0,
  description: 'how many milliseconds to wait for a change',
});

/** The query of a list, with its filters. */
export function listQuery<Filters extends z.core.$ZodLooseShape>(filters: Filters) {
  return closed({ limit, after, ...filters });
}

/** The answer of a list: `next` is null at the end. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
