import { fail } from '../cli-error.ts';
import type { ExitCode } from '../exit-code.ts';
import { EXIT } from '../exit-code.ts';

/** The ledgers, or their keys, are not what they should be. */
export function differs(detail: string, remedy: string, problems: readonly string[] = []): never {
  return fail({
    exitCode: EXIT.unexpected,
    code: 'ledgers_differ',
    detail,
    remedy,
    errors: problems.map((problem) => ({ pointer: '', detail: problem })),
  });
}

/** Something is in the way of beginning. */
export function refuse(
  code: string,
  detail: string,
  remedy: string,
  exitCode: ExitCode = EXIT.conflict,
): never {
  return fail({ exitCode, code, detail, remedy });
}
