import type { Party } from '@countersign/access';

/** Who reported usage, as the books write it. */
export function reporterOf({ kind, id }: Party): string {
  return `${kind}:${id}`;
}

/** Whom a book names. */
export function partyOf(reporter: string): Party {
  const at = reporter.indexOf(':');
  return { kind: reporter.slice(0, at) as Party['kind'], id: reporter.slice(at + 1) };
}
