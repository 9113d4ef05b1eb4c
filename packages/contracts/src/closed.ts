import { z } from 'zod';

/**
 * An object that takes only the fields of its shape. Refusing an unknown field names the known ones, so that a
 * misspelt field is corrected at the first try.
 */
export function closed<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `is not a known field; known here: ${known || 'none'}` : undefined,
  });
}
