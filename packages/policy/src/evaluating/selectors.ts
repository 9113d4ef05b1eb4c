import type { PartialFacts } from '../expressions/facts.ts';
import type { Match } from '../policy.ts';
import { globTest } from './glob.ts';

/** One bit per rule, 32 to a word: the rules that a selector lets through are found by "and". */
type Bits = readonly number[];

/** The rules that select on one fact of the tool. */
interface Dimension {
  readonly fact: 'name' | 'action' | 'sensitivity' | 'environment';
  /** Rules for a value that some rule names. */
  readonly byValue: ReadonlyMap<string, Bits>;
  /** Rules for any other value. */
  readonly otherwise: Bits;
  /** Rules that select on this fact at all. */
  readonly selective: Bits;
  readonly globs: readonly { readonly matches: (name: string) => boolean; readonly rules: Bits }[];
}

/** Static selectors of a list of rules, compiled. */
export interface SelectorIndex {
  readonly all: Bits;
  readonly dimensions: readonly Dimension[];
}

/** The rules that apply, by index, ascending; `undecided` are those whose selector reads a missing fact. */
export interface Selection {
  readonly applicable: readonly number[];
  readonly undecided?: ReadonlySet<number>;
}

const DIMENSIONS = [
  ['name', 'tools'],
  ['action', 'actions'],
  ['sensitivity', 'sensitivities'],
  ['environment', 'environments'],
] as const;

export function selectorIndex(matches: readonly (Match | undefined)[]): SelectorIndex {
  const dimensions: Dimension[] = [];
  for (const [fact, selector] of DIMENSIONS) {
    const wanted = matches.map((match) => match?.[selector]);
    if (wanted.every((entries) => entries === undefined)) continue;
    const rulesWhere = (test: (entries: readonly string[] | undefined) => boolean): Bits =>
      bits(wanted.map(test));
    const entries = new Set<string>(wanted.flatMap((list) => list ?? []));
    const globs = fact === 'name' ? [...entries].filter((entry) => entry.includes('*')) : [];
    const values = [...entries].filter((entry) => !globs.includes(entry));
    dimensions.push({
      fact,
      byValue: new Map(values.map((value) => [value, rulesWhere((list) => list?.includes(value) ?? true)])),
      otherwise: rulesWhere((list) => list === undefined),
      selective: rulesWhere((list) => list !== undefined),
      globs: globs.map((glob) => ({
        matches: globTest(glob),
        rules: rulesWhere((list) => list?.includes(glob) ?? false),
      })),
    });
  }
  return { all: bits(matches.map(() => true)), dimensions };
}

/** Which rules apply to a tool. A rule whose selector can't be judged applies, as undecided. */
export function select(index: SelectorIndex, tool: PartialFacts['tool']): Selection {
  const filters: Bits[] = [];
  let undecided: Set<number> | undefined;
  for (const dimension of index.dimensions) {
    const value = tool?.[dimension.fact] ?? undefined;
    if (value !== undefined) filters.push(allowedBy(dimension, value));
    else undecided = new Set([...(undecided ?? []), ...rulesIn(dimension.selective, [])]);
  }
  const applicable = rulesIn(index.all, filters);
  return undecided === undefined ? { applicable } : { applicable, undecided };
}

function allowedBy(dimension: Dimension, value: string): Bits {
  let allowed = dimension.byValue.get(value) ?? dimension.otherwise;
  for (const { matches, rules } of dimension.globs) {
    if (matches(value)) allowed = rules.map((word, at) => word | allowed[at]!);
  }
  return allowed;
}

/** The rules that are in `words` and in every filter. */
function rulesIn(words: Bits, filters: readonly Bits[]): number[] {
  const rules: number[] = [];
  for (let at = 0; at < words.length; at++) {
    let word = words[at]!;
    for (let filter = 0; filter < filters.length; filter++) word &= filters[filter]![at]!;
    for (; word !== 0; word &= word - 1) rules.push(at * 32 + 31 - Math.clz32(word & -word));
  }
  return rules;
}

function bits(flags: readonly boolean[]): number[] {
  const words = new Array<number>(Math.ceil(flags.length / 32)).fill(0);
  flags.forEach((flag, at) => {
    if (flag) words[at >>> 5]! |= 1 << (at & 31);
  });
  return words;
}
