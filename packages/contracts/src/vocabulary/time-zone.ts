import { z } from 'zod';

/** An IANA time zone's name that this runtime's database knows. */
export const timeZone = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9+_-]*(\/[A-Za-z0-9+_-]+){0,2}$/,
    'must be an IANA time zone such as Europe/Berlin',
  )
  .max(64)
  .refine(isKnown, 'is no time zone that is known here; must be an IANA time zone such as Europe/Berlin');

function isKnown(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** The day of the month on which monthly periods begin; in a shorter month its last day. */
export const anchorDay = z.int().min(1).max(31);
