import { randomBytes } from 'node:crypto';

/**
 * What one data key protects: the erasable fields about one subject, of one month and one retention class. So erasure
 * ends a subject, and retention ends a month of a class, without touching an event.
 */
export interface KeyName {
  readonly organization: string;
  /** The data subject: a pseudonymous id, for it stands in the clear. */
  readonly subject: string;
  /** Month of the event's time in UTC, `yyyy-mm`. */
  readonly month: string;
  readonly retention: string;
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Random part of a key's id: 48 bits tell the keys of one name apart. */
const GENERATION_BYTES = 6;

/** The month of an RFC 3339 UTC time. @throws RangeError if the text doesn't start with one. */
export function monthOf(time: string): string {
  const month = time.slice(0, 7);
  if (!MONTH.test(month)) throw new RangeError(`not an RFC 3339 time: ${time.slice(0, 40)}`);
  return month;
}

/** `<organization>/<subject>/<yyyy-mm>/<retention>`, percent-encoded, so that no two names make the same text. */
export function keyNameText({ organization, subject, month, retention }: KeyName): string {
  return `${encodeURIComponent(organization)}/${encodeURIComponent(subject)}/${encodeURIComponent(month)}/${encodeURIComponent(retention)}`;
}

/**
 * A new id for a key of that name: `<name>#<generation>`. The generation is random and not counted: a name whose key
 * was destroyed, or whose vault was lost or set back to an older backup, never gets an old id for new bytes.
 */
export function newKeyId(name: KeyName): string {
  return `${keyNameText(name)}#${randomBytes(GENERATION_BYTES).toString('base64url')}`;
}
