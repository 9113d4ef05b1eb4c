const PERMIT = /csp_[0-9a-f-]{36}\.[A-Za-z0-9_-]+/g;

/** Takes the key and permit tokens out of a text before it becomes part of an error. */
export type Redact = (text: string) => string;

/** Takes out this key, and everything that has the form of a permit token. */
export function createRedact(key: string): Redact {
  return (text) => text.replaceAll(key, '[key]').replace(PERMIT, '[permit]');
}
