/** Stands where something was left out. */
export const REDACTED = '[redacted]';

/** Names whose value is personal, free text or secret, wherever in a record they stand and however they are written. */
const PRIVATE_NAMES: ReadonlySet<string> = new Set([
  'arguments',
  'authorization',
  'body',
  'cookie',
  'disclosures',
  'displayname',
  'key',
  'password',
  'permit',
  'personal',
  'plaintext',
  'reason',
  'reasoning',
  'result',
  'sealed',
  'secret',
  'token',
]);

/** Deepest level of a record that is written; more is a graph that nobody meant to log. */
const MAX_DEPTH = 8;

/** Most items of a list, and members of an object, that are written. */
const MAX_ITEMS = 100;

/** A record to be logged, without what is private by name, at any depth. Errors become their name, text and causes. */
export function redact(record: object): Record<string, unknown> {
  return redactMembers(Object.entries(record), 1);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[too deep]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[no date]' : value.toISOString();
  if (value instanceof URL) return value.href;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redactValue(item, depth + 1));
  if (value instanceof Set) return redactValue([...value], depth);
  if (value instanceof Map) return redactMembers([...value], depth);
  return redactMembers(Object.entries(value), depth);
}

function redactMembers(
  members: readonly (readonly [unknown, unknown])[],
  depth: number,
): Record<string, unknown> {
  const redacted: Record<string, unknown> = {};
  for (const [key, value] of members.slice(0, MAX_ITEMS)) {
    const name = nameOf(key);
    redacted[name] = isPrivate(name) ? REDACTED : redactValue(value, depth + 1);
  }
  return redacted;
}

/** A map may have any key; one that is an object need have no text. */
function nameOf(key: unknown): string {
  const isObject = (typeof key === 'object' && key !== null) || typeof key === 'function';
  return isObject ? '[object]' : String(key);
}

/** `displayName`, `display_name` and `Display-Name` are one name. */
function isPrivate(name: string): boolean {
  return PRIVATE_NAMES.has(name.toLowerCase().replaceAll(/[_-]/g, ''));
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause, ...more } = error as Error & Record<string, unknown>;
  return {
    ...redactMembers(Object.entries(more), depth),
    type: name,
    message,
    stack,
    ...(cause === undefined ? {} : { cause: redactValue(cause, depth + 1) }),
  };
}
