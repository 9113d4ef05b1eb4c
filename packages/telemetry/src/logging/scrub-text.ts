/**
 * What must not stand in a log wherever it turns up: keys, permits, bearer tokens. The patterns ask for no word
 * boundary, because the text is searched as written JSON, where a line break before a key is the letters `\n`.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/cs_[0-9a-f]{8}-[A-Za-z0-9_-]+/g, 'cs_[redacted]'],
  [/csp_[A-Za-z0-9._-]{8,}/g, 'csp_[redacted]'],
  [/(bearer)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 [redacted]'],
];

/** A text without keys, permits and bearer tokens. */
export function scrubText(text: string): string {
  return SECRETS.reduce((scrubbed, [pattern, replacement]) => scrubbed.replace(pattern, replacement), text);
}
