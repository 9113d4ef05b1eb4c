/** Longest property name that a pointer in an answer repeats. */
const MAX_NAME_CHARS = 64;

/** One step of a JSON pointer for people. The name may be the caller's, and anything. */
export function step(name: string | number): string {
  if (typeof name === 'number') return `/${name}`;
  const shown = name.length > MAX_NAME_CHARS ? `${name.slice(0, MAX_NAME_CHARS)}…` : name;
  return exactStep(shown);
}

/** One step of a JSON pointer that is resolved. */
export function exactStep(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The names in a JSON pointer, or `null` if it is none. */
export function stepsOf(pointer: string): string[] | null {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) return null;
  return pointer
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
