import type { ASTNode, SourceRange } from '@marcbachmann/cel-js';

/** The parts of a cel-js error that are used; recognized by shape, so that two copies of the library do no harm. */
export interface CelError {
  readonly code: string;
  readonly summary: string;
  readonly range?: SourceRange;
  readonly node?: Pick<ASTNode, 'start' | 'end'> & Partial<Pick<ASTNode, 'op' | 'args' | 'input'>>;
}

/** The error as cel-js made it, or undefined for anything else that was thrown. */
export function asCelError(thrown: unknown): CelError | undefined {
  if (!(thrown instanceof Error) || !('summary' in thrown) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? (thrown as unknown as CelError) : undefined;
}
