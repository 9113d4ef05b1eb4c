import type { Check, Node } from './node.ts';
import type { Pattern } from './pattern.ts';

/** Where a keyword stands while it is compiled: what it may ask of the schema around it. */
export interface Site {
  readonly schema: { readonly [keyword: string]: unknown };
  readonly node: Node;
  /** The subschema at some steps below this one; `inPlace` if it judges the same value. */
  below(...steps: readonly (string | number)[]): Node;
  inPlace(...steps: readonly (string | number)[]): Node;
  /** The target of a reference, or `null` if it has none, which is said. It judges the same value. */
  reference(keyword: string, to: string): Node | null;
  /** What a dynamic reference may lead to, by the resource that is entered first; `null` if it is a plain one. */
  dynamicTargets(to: string): ReadonlyMap<string, Node> | null;
  /** A compiled expression, or `null` if it is none that can be used, which is said. */
  pattern(source: string, ...steps: readonly (string | number)[]): Pattern | null;
  /** Says what is wrong with the schema, at some steps below this one. */
  problem(detail: string, ...steps: readonly (string | number)[]): null;
}

/** Compiles one keyword: `null` if there is nothing to check, or if it is wrong, which is said. */
export type Keyword = (given: unknown, site: Site, name: string) => Check | null;
