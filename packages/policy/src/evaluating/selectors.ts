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
  /** Rules for names seen so far, globs included: a memory of the answer, which it never changes. */
  readonly resolved: Map<string, Bits>;
}

/** Tool names for which the rules behind globs are remembered; tools are declared, so there are not many. */
const MAX_RESOLVED_NAMES = 10_000;

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

/** Indexes the selectors of rules, given in file order; a rule without selectors applies to every tool. */
export function selectorIndex(matches: readonly (Match | undefined)[]): SelectorIndex {
  const all = matches.map((_, rule) => rule);
  const bits = (rules: readonly number[], base?: Bits): Bits =>
    withRules(base ?? emptyBits(matches.length), rules);
  const dimensions: Dimension[] = [];
  for (const [fact, selector] of DIMENSIONS) {
    const selective = all.filter((rule) => matches[rule]?.[selector] !== undefined);
    if (selective.length === 0) continue;
    const otherwise = bits(all.filter((rule) => matches[rule]?.[selector] === undefined));
    const rulesNaming = new Map<string, number[]>();
    for (const rule of selective) {
      for (const entry of matches[rule]?.[selector] ?? []) {
        rulesNaming.set(entry, [...(rulesNaming.get(entry) ?? []), rule]);
      }
    }
    const [globs, values] = partition([...rulesNaming], ([entry]) => fact === 'name' && entry.includes('*'));
    dimensions.push({
      fact,
      otherwise,
      selective: bits(selective),
      byValue: new Map(values.map(([value, rules]) => [value, bits(rules, otherwise)])),
      globs: globs.map(([glob, rules]) => ({ matches: globTest(glob), rules: bits(rules) })),
      resolved: new Map(),
    });
  }
  return { all: bits(all), dimensions };
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
  const exact = dimension.byValue.get(value) ?? dimension.otherwise;
  if (dimension.globs.length === 0) return exact;
  const known = dimension.resolved.get(value);
  if (known !== undefined) return known;
  let allowed = exact;
  for (const { matches, rules } of dimension.globs) {
    if (matches(value)) allowed = rules.map((word, at) => word | allowed[at]!);
  }
  if (dimension.resolved.size < MAX_RESOLVED_NAMES) dimension.resolved.set(value, allowed);
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

function emptyBits(rules: number): Bits {
  return new Array<number>(Math.ceil(rules / 32)).fill(0);
}

function withRules(base: Bits, rules: readonly number[]): Bits {
  const words = [...base];
  for (const rule of rules) words[rule >>> 5]! |= 1 << (rule & 31);
  return words;
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): readonly [Item[], Item[]] {
  const groups: [Item[], Item[]] = [[], []];
  for (const item of items) groups[test(item) ? 0 : 1].push(item);
  return groups;
}
