import { type ArgumentsCheck, compileSchema } from './compile.ts';

/** A tool's definition as far as its arguments go. `id` tells tools apart, `hash` their definitions. */
export interface Definition {
  readonly id: string;
  readonly hash: string;
  readonly schema: object;
}

const UNUSABLE = 'the input schema of this tool can not be used any more; declare it again';

/** Compiled checks, one per tool: compiled when a definition is first seen, dropped with it. */
export function createArgumentChecks(): (definition: Definition) => ArgumentsCheck {
  const checks = new Map<string, { readonly hash: string; readonly check: ArgumentsCheck }>();
  return ({ id, hash, schema }) => {
    const known = checks.get(id);
    if (known?.hash === hash) return known.check;
    const compiled = compileSchema(schema);
    // A schema that compiled when it was declared and does not now (after an upgrade) refuses everything.
    const check: ArgumentsCheck = compiled.ok
      ? compiled.check
      : () => [{ pointer: '', detail: `are refused: ${UNUSABLE}` }];
    checks.set(id, { hash, check });
    return check;
  };
}
