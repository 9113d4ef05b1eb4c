/** Longest name that an answer repeats; names come from the caller and may be anything. */
const MAX_NAME_CHARS = 64;

/** The RFC 6901 pointer of a path; a name that is too long to repeat is cut. */
export function jsonPointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => {
      const name = String(step);
      const shown = name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS)}…` : name;
      return `/${shown.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    })
    .join('');
}

/** The names in a JSON pointer, or `null` if it is none. */
export function namesIn(pointer: string): string[] | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
