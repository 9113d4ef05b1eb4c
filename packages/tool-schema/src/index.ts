export type { ArgumentError, ArgumentsCheck, CompiledSchema } from './compile.ts';
export { compileSchema, MAX_ARGUMENT_ERRORS } from './compile.ts';
export type { Definition } from './definitions.ts';
export { createArgumentChecks } from './definitions.ts';
