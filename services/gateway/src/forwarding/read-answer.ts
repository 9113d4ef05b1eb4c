import { text } from 'node:stream/consumers';
import { type Problem, problemCodes } from '@countersign/contracts';
import { isProblem } from '@countersign/http';
import type { UpstreamAnswer } from '@countersign/internal-http';
import type { z } from 'zod';

/** A service's answer, read whole: what the schema says, the problem that it is, or null for neither. */
export async function readAnswer<Answer>(
  { status, body }: UpstreamAnswer,
  schema: z.ZodType<Answer>,
): Promise<Answer | Problem | null> {
  try {
    const read: unknown = JSON.parse(await text(body));
    if (status >= 400) return asProblem(read);
    return schema.safeParse(read).data ?? null;
  } catch {
    return null;
  }
}

/** What was answered as a problem, if it is one that the contract knows. */
export function asProblem(read: unknown): Problem | null {
  if (typeof read !== 'object' || read === null || !isProblem(read)) return null;
  return problemCodes.includes(read.code) ? read : null;
}
