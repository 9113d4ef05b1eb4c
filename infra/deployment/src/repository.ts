import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const ROOT = new URL('../../../', import.meta.url);

/** Absolute path of a file of the repository. */
export function pathOf(file: string): string {
  return fileURLToPath(new URL(file, ROOT));
}

export function isThere(file: string): boolean {
  return existsSync(pathOf(file));
}

export function textOf(file: string): string {
  return readFileSync(pathOf(file), 'utf8');
}

/** The documents of a YAML text. @throws Error for a duplicate key, an unknown anchor, or what is no YAML */
export function yamlDocuments<Value>(text: string): Value[] {
  return parseAllDocuments(text, { merge: true }).flatMap((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw problem;
    const value = document.toJS() as Value | null;
    return value === null ? [] : [value];
  });
}

/** The one document of a file. */
export function yamlOf<Value>(file: string): Value {
  const [value, ...rest] = yamlDocuments<Value>(textOf(file));
  if (value === undefined || rest.length > 0) throw new Error(`${file} is not one document`);
  return value;
}
