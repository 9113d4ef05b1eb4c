import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import type { Problem } from './problem.ts';
import { pointerToken, type YamlSource } from './yaml-source.ts';

/** A value of a file and where it stands. */
export interface Located {
  readonly node: ParsedNode | null;
  /** JSON pointer. */
  readonly path: string;
  readonly offset: number;
  /** Id of the rule around it, in files that have rules. */
  readonly rule?: string;
}

/** The checks of one file. Each reports what is wrong and then yields undefined, so that all problems are found. */
export interface Reading {
  readonly source: YamlSource;
  readonly problems: Problem[];
}

/** Starts the checks of a file. */
export function startReading(source: YamlSource): { readonly reading: Reading; readonly root: Located } {
  return {
    reading: { source, problems: [] },
    root: { node: source.root, path: '', offset: source.root?.range[0] ?? 0 },
  };
}

/** Reports a problem where a value stands, or at `offset` within it; yields undefined, so that it can be returned. */
export function report(
  reading: Reading,
  at: Located,
  code: string,
  message: string,
  remedy: string,
  offset: number = at.offset,
): undefined {
  const position = reading.source.positionAt(offset);
  const rule = at.rule === undefined ? {} : { rule: at.rule };
  reading.problems.push({ ...position, code, path: at.path, ...rule, message, remedy });
}

/** What stands somewhere: a value that is left out is null, as YAML has it. */
export type Kind = 'mapping' | 'list' | 'text' | 'null' | 'other';

/** Which kind of value stands somewhere, where several are possible. */
export function kindOf({ node }: Located): Kind {
  if (isMap(node)) return 'mapping';
  if (isSeq(node)) return 'list';
  const value = isScalar(node) ? node.value : null;
  if (value === null) return 'null';
  return typeof value === 'string' ? 'text' : 'other';
}

/** The fields of a mapping: `required` and `optional` keys, no others. */
export function readFields<Key extends string>(
  reading: Reading,
  at: Located,
  required: readonly Key[],
  optional: readonly Key[] = [],
): Partial<Record<Key, Located>> | undefined {
  const entries = readEntries(reading, at);
  if (entries === undefined) return undefined;
  const known: readonly string[] = [...required, ...optional];
  for (const [name, value] of entries) {
    if (!known.includes(name)) {
      report(reading, value.key, 'unknown_key', `unknown key ${name}`, `keys here: ${known.join(', ')}`);
    }
  }
  for (const name of required) {
    if (!entries.has(name)) report(reading, at, 'missing_key', `${name} is missing`, `add ${name}`);
  }
  const fields: Partial<Record<Key, Located>> = {};
  for (const name of [...required, ...optional]) {
    const value = entries.get(name)?.value;
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

/** One entry of a mapping with the place of its key. */
export interface Entry {
  readonly key: Located;
  readonly value: Located;
}

/** The entries of a mapping with any keys. */
export function readEntries(reading: Reading, at: Located): ReadonlyMap<string, Entry> | undefined {
  if (!isMap(at.node))
    return report(reading, at, 'wrong_type', 'must be a mapping', 'write key: value lines');
  const entries = new Map<string, Entry>();
  for (const { key, value } of at.node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const path = `${at.path}/${pointerToken(name)}`;
    const located = { ...at, path, node: key as ParsedNode, offset: (key as ParsedNode).range[0] };
    const node = value as ParsedNode | null;
    entries.set(name, {
      key: located,
      value: { ...located, node, offset: node?.range[0] ?? located.offset },
    });
  }
  return entries;
}

/** The items of a list with a number of items between `min` and `max`. */
export function readItems(
  reading: Reading,
  at: Located,
  min: number,
  max: number,
): readonly Located[] | undefined {
  if (!isSeq(at.node))
    return report(reading, at, 'wrong_type', 'must be a list', 'write [a, b] or lines starting with -');
  const count = at.node.items.length;
  if (count < min)
    return report(reading, at, 'empty_list', 'the list is empty', 'add an entry or remove the key');
  if (count > max)
    return report(reading, at, 'too_many', `${count} entries, at most ${max}`, 'split the file');
  return at.node.items.map((item, index) => {
    const node = item as ParsedNode | null;
    return { ...at, path: `${at.path}/${index}`, node, offset: node?.range[0] ?? at.offset };
  });
}

/** The distinct items of a list of 1 to `max`, sorted; what `read` refuses is left out. */
export function readUnique<Value extends string>(
  reading: Reading,
  at: Located,
  max: number,
  read: (item: Located) => Value | undefined,
): readonly Value[] {
  const found = new Set<Value>();
  for (const item of readItems(reading, at, 1, max) ?? []) {
    const value = read(item);
    if (value === undefined) continue;
    if (found.has(value))
      report(reading, item, 'duplicate_entry', `${value} stands twice`, 'keep one of them');
    found.add(value);
  }
  return [...found].sort();
}

/** A text; `remedy` says what to write instead of anything else. */
export function readText(reading: Reading, at: Located, remedy: string): string | undefined {
  if (isScalar(at.node) && typeof at.node.value === 'string') return at.node.value;
  return report(reading, at, 'wrong_type', 'must be a text', remedy);
}

/** An integer within bounds. */
export function readInteger(reading: Reading, at: Located, min: number, max: number): number | undefined {
  const value = isScalar(at.node) ? at.node.value : undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value;
  return report(
    reading,
    at,
    'bad_value',
    `must be an integer from ${min} to ${max}`,
    `write a number such as ${min}`,
  );
}

/** True or false. */
export function readBoolean(reading: Reading, at: Located): boolean | undefined {
  const value = isScalar(at.node) ? at.node.value : undefined;
  if (typeof value === 'boolean') return value;
  return report(reading, at, 'wrong_type', 'must be true or false', 'write true or false without quotes');
}

/** One of some texts; `code` names the problem of any other. */
export function readOneOf<Value extends string>(
  reading: Reading,
  at: Located,
  values: readonly Value[],
  code = 'bad_value',
): Value | undefined {
  const value = isScalar(at.node) ? at.node.value : undefined;
  const found = values.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  return report(
    reading,
    at,
    code,
    `${describe(value)} is not possible here`,
    `use one of ${values.join(', ')}`,
  );
}

function describe(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : 'this';
}
