/** Names that environments usually have. An installation may have others: they are ids that people choose. */
export const ENVIRONMENTS: readonly string[] = ['development', 'test', 'staging', 'production'];

/** Written for `production`, the one name with a meaning of its own: it wins over what an agent says. */
const SHORT_FOR_PRODUCTION: readonly string[] = ['prod', 'prd'];
/** Usual names shorter than this have too many honest neighbours. */
const MIN_LENGTH_TO_MISSPELL = 7;
const MISSPELT_BY = 2;

/** The usual name of which `text` looks like a misspelling, if it does. */
export function intendedEnvironment(text: string): string | undefined {
  if (ENVIRONMENTS.includes(text)) return undefined;
  if (SHORT_FOR_PRODUCTION.includes(text.toLowerCase())) return 'production';
  return ENVIRONMENTS.find(
    (name) => name.length >= MIN_LENGTH_TO_MISSPELL && distance(name, text) <= MISSPELT_BY,
  );
}

/** Levenshtein distance of two short texts, letter case aside. */
function distance(name: string, text: string): number {
  const [a, b] = [name, text.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
