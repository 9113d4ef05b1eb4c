import { z } from 'zod';
import { erased } from '../envelope.ts';

/** A field as it is answered: its value, or `{erased: true}` where its key is destroyed. */
export function orErased<Value extends z.ZodType>(value: Value) {
  return z.union([value, erased]);
}
