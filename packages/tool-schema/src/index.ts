export type { ArgumentsCheck, CompiledSchema } from './compile.ts';
export { compileSchema } from './compile.ts';
export type { Definition } from './definitions.ts';
export { createArgumentChecks } from './definitions.ts';
export { MAX_ARGUMENT_ERRORS } from './limits.ts';
export type { SchemaProblem } from './problems.ts';
export type { ArgumentError } from './run.ts';
