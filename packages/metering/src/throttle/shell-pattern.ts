/** Whether one character fits. */
type Glyph = (char: string) => boolean;

/**
 * Whether a path fits a pattern as a shell reads it, case counting: `*` stands for any text, slashes included, `?` for one
 * character, `[a-z]` for one of these, `[!a-z]` for one of all others. A pattern without `*` is a path itself. Each part
 * between two `*` is looked for once, from left to right: whatever the pattern, no path takes longer than their product.
 */
export function fitsPattern(pattern: string, path: string): boolean {
  if (!pattern.includes('*')) return path === pattern;
  const [head = [], ...parts] = partsOf(pattern);
  const tail = parts.pop() ?? [];
  if (!isAt(head, path, 0)) return false;
  let from = head.length;
  for (const part of parts) {
    const found = findFrom(part, path, from);
    if (found === null) return false;
    from = found + part.length;
  }
  return path.length - tail.length >= from && isAt(tail, path, path.length - tail.length);
}

function isAt(part: readonly Glyph[], path: string, at: number): boolean {
  return at + part.length <= path.length && part.every((fits, index) => fits(path[at + index] as string));
}

function findFrom(part: readonly Glyph[], path: string, from: number): number | null {
  for (let at = from; at + part.length <= path.length; at += 1) if (isAt(part, path, at)) return at;
  return null;
}

/** What stands between the stars, character by character. */
function partsOf(pattern: string): readonly (readonly Glyph[])[] {
  const parts: Glyph[][] = [[]];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] as string;
    const end = char === '[' ? endOfSet(pattern, at) : -1;
    if (char === '*') parts.push([]);
    else if (end < 0) parts.at(-1)?.push(char === '?' ? () => true : (given) => given === char);
    else {
      parts.at(-1)?.push(setOf(pattern.slice(at + 1, end)));
      at = end;
    }
  }
  return parts;
}

/** Where the set that begins at `at` ends; its first character may be a `]`. Without an end it is no set: -1. */
function endOfSet(pattern: string, at: number): number {
  return pattern.indexOf(']', pattern[at + 1] === '!' ? at + 3 : at + 2);
}

function setOf(inside: string): Glyph {
  const isOthers = inside.startsWith('!');
  const ranges: (readonly [string, string])[] = [];
  for (let rest = isOthers ? inside.slice(1) : inside; rest.length > 0; ) {
    const isRange = rest[1] === '-' && rest.length > 2;
    ranges.push([rest[0] as string, rest[isRange ? 2 : 0] as string]);
    rest = rest.slice(isRange ? 3 : 1);
  }
  return (char) => ranges.some(([least, most]) => least <= char && char <= most) !== isOthers;
}
