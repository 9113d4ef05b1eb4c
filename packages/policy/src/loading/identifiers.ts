import { type Located, type Reading, readText, report } from '@countersign/strict-yaml';

const VARIABLE = /^[a-z][a-z0-9_]{0,62}$/;
const VARIABLE_REMEDY = 'use lower-case letters, digits and "_", at most 63, starting with a letter';
/** Words that CEL keeps for itself. */
const CEL_WORDS: ReadonlySet<string> = new Set([
  ...[
    'true',
    'false',
    'null',
    'in',
    'as',
    'break',
    'const',
    'continue',
    'else',
    'for',
    'function',
    'if',
    'import',
  ],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while', 'prototype'],
]);

/** The name of a variable, read as `vars.<name>`. */
export function readVariableName(reading: Reading, at: Located): string | undefined {
  const name = readText(reading, at, VARIABLE_REMEDY);
  if (name === undefined || (VARIABLE.test(name) && !CEL_WORDS.has(name))) return name;
  return report(
    reading,
    at,
    'bad_id',
    `${JSON.stringify(name.slice(0, 80))} is not a variable name`,
    VARIABLE_REMEDY,
  );
}
