import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  type ParsedNode,
  parseDocument,
  type YAMLParseError,
} from 'yaml';
import { MAX_FILE_CHARS, MAX_YAML_DEPTH } from './limits.ts';
import type { Position, Problem } from './problem.ts';

/** A YAML file that is plain data: no anchors, aliases, tags, merge keys or second documents; keys unique texts. */
export interface YamlSource {
  readonly text: string;
  readonly root: ParsedNode | null;
  positionAt(offset: number): Position;
}

/** A file that is plain data, or why it is not. */
export type YamlResult =
  | { readonly ok: true; readonly source: YamlSource }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const START: Position = { line: 1, column: 1 };
const QUOTE_REMEDY =
  'quote texts that hold brackets, braces, colons or #, or write them in block style (key: >-)';

/** Reads a file as strict YAML 1.2 (core schema). All problems of this kind are reported together. */
export function readYaml(text: string): YamlResult {
  if (text.length > MAX_FILE_CHARS) {
    const message = `the file has more than ${MAX_FILE_CHARS} characters`;
    return { ok: false, problems: [{ ...START, code: 'too_large', path: '', message, remedy: 'split it' }] };
  }
  const lines = new LineCounter();
  // Uniqueness of keys is checked below, in linear time; the library compares every key with every other.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: Problem[] = document.errors.map((error) => ({
    ...positionAt(error.pos[0]),
    ...{ code: 'yaml_syntax', path: '', message: readable(error), remedy: QUOTE_REMEDY },
  }));
  if (document.directives?.yaml.explicit) {
    problems.push({
      ...START,
      code: 'yaml_feature',
      path: '',
      message: 'a %YAML directive',
      remedy: 'remove it',
    });
  }
  if (document.errors.length === 0 && document.contents !== null) {
    problems.push(...notPlainData(document.contents, positionAt));
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, source: { text, root: document.contents, positionAt } };
}

/** The library reports a stack overflow, from absurd nesting, like any other error. */
function readable({ code, message }: YAMLParseError): string {
  return code === 'RESOURCE_EXHAUSTION' ? 'nested too deeply' : message;
}

/** Everything below a node that is more than maps with unique text keys, lists and scalars. */
function notPlainData(root: ParsedNode, positionAt: YamlSource['positionAt']): readonly Problem[] {
  const problems: Problem[] = [];
  visit(root, '', 1);
  return problems;

  function report(node: ParsedNode, path: string, code: string, message: string, remedy: string): void {
    problems.push({ ...positionAt(node.range[0]), code, path, message, remedy });
  }

  function visit(node: ParsedNode | null, path: string, depth: number): void {
    if (node === null) return;
    if (isAlias(node)) {
      report(node, path, 'yaml_feature', 'an alias', 'write the value out');
      return;
    }
    if (node.anchor !== undefined)
      report(node, path, 'yaml_feature', 'an anchor', 'remove it and every alias');
    if (node.tag !== undefined) report(node, path, 'yaml_feature', `the tag ${node.tag}`, 'write plain data');
    if (isScalar(node)) return;
    if (depth > MAX_YAML_DEPTH) {
      report(node, path, 'too_deep', `more than ${MAX_YAML_DEPTH} levels`, 'flatten the data');
    } else if (isSeq(node)) {
      for (const [at, item] of node.items.entries()) visit(item, `${path}/${at}`, depth + 1);
    } else if (isMap(node)) visitMap(node.items, path, depth);
  }

  function visitMap(
    items: readonly Pair<ParsedNode, ParsedNode | null>[],
    path: string,
    depth: number,
  ): void {
    const seen = new Set<string>();
    for (const { key, value } of items) {
      if (!isScalar(key) || typeof key.value !== 'string') {
        report(key, path, 'bad_key', 'a key that is not a text', 'write the key in quotes');
        continue;
      }
      const name = key.value;
      const at = `${path}/${pointerToken(name)}`;
      if (seen.has(name)) report(key, at, 'duplicate_key', `${name} stands twice`, 'keep one of them');
      if (name === '<<') report(key, at, 'yaml_feature', 'a merge key', 'write the values out');
      seen.add(name);
      visit(key, at, depth);
      visit(value, at, depth + 1);
    }
  }
}

/** A name as part of a JSON pointer (RFC 6901). */
export function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
