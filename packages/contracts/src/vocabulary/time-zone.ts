import { z } from 'zod';

/** An IANA time zone's name; whether it exists is known to who computes with it. */
export const timeZone = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9+_-]*(\/[A-Za-z0-9+_-]+){0,2}$/,
    'must be an IANA time zone such as Europe/Berlin',
  )
  .max(64);

/** The day of the month on which monthly periods begin; in a shorter month its last day. */
export const anchorDay = z.int().min(1).max(31);
