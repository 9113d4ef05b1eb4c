/** Longest pattern. Names are at most 512 bytes long, so that a pattern of these bounds ends soon. */
export const MAX_PATTERN_CHARS = 1_024;
/** Unbounded repetitions in one alternative: each multiplies the time by the length of the name. */
const MAX_REPETITIONS = 3;

/**
 * A pattern of a client as a JavaScript regular expression, searched in names; or why it is refused. A repeated group that
 * repeats or chooses inside it can take exponential time, and so can what refers back: neither is taken.
 */
export function compilePattern(pattern: string): RegExp | string {
  if (pattern.length > MAX_PATTERN_CHARS) return `a pattern has at most ${MAX_PATTERN_CHARS} characters`;
  const risk = riskOf(pattern);
  if (risk !== null) return risk;
  try {
    return new RegExp(pattern);
  } catch {
    return 'the pattern is no regular expression';
  }
}

interface Group {
  /** It, or a group in it, repeats or chooses. */
  complex: boolean;
  repetitions: number;
}

function riskOf(pattern: string): string | null {
  const tokens = pattern.matchAll(
    /\\k<|\\[1-9]|\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\)|\||[*+?]|\{\d*,?\d*\}|./gs,
  );
  const groups: Group[] = [{ complex: false, repetitions: 0 }];
  /** The group that ended just before: only it can be what a quantifier repeats as a whole. */
  let ended: Group | null = null;
  for (const [token] of tokens) {
    const group = groups.at(-1)!;
    if (/^\\(k<|[1-9])/.test(token)) return 'a pattern may not refer back';
    if (token.startsWith('(')) groups.push({ complex: false, repetitions: 0 });
    else if (token === '|') {
      group.complex = true;
      group.repetitions = 0;
    } else if (token === ')' && groups.length > 1) {
      const inner = groups.pop()!;
      const outer = groups.at(-1)!;
      outer.complex ||= inner.complex;
      outer.repetitions += inner.repetitions;
      ended = inner;
      if (outer.repetitions > MAX_REPETITIONS) return tooMany();
      continue;
    } else if (/^([*+?]$|\{)/.test(token)) {
      if (ended?.complex && token !== '?') return 'a pattern may not repeat what repeats or chooses';
      group.complex = true;
      if (token !== '?') group.repetitions += 1;
      if (group.repetitions > MAX_REPETITIONS) return tooMany();
    }
    ended = null;
  }
  return null;
}

const tooMany = () => `a pattern may repeat at most ${MAX_REPETITIONS} times in one alternative`;
