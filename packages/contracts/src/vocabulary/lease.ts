import { z } from 'zod';

/** A part of the state of a work intent: names separated by `/`, or all of it. */
export const leaseScope = z
  .string()
  .max(200)
  .regex(
    /^(?:\*|[A-Za-z0-9][A-Za-z0-9._:-]*(?:\/[A-Za-z0-9][A-Za-z0-9._:-]*)*)$/,
    'must be a name in the state, names separated by /, or * for all of it',
  );

/** How a lease ended: given back, run out, or taken because its holder may not write any more. */
export const leaseEnds = ['released', 'expired', 'revoked'] as const;
