import type { Problem } from '@countersign/policy';
import { type Complaint, fail } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { readText } from '../input/text-file.ts';
import type { Io } from '../terminal/io.ts';

/** The two files of a policy, read. */
export interface PolicyFiles {
  readonly policyFile: string;
  readonly testsFile: string;
  readonly policy: string;
  readonly tests: string;
}

/** Where the tests of a policy stand if nobody says: `base.policy.yaml` has `base.policy.tests.yaml`. */
export function testsFileOf(policyFile: string): string {
  return policyFile.replace(/(\.ya?ml)?$/, '.tests$1');
}

/** Both texts; the tests' file stands beside the policy's where it is not named. */
export async function readPolicyFiles(
  io: Io,
  policyFile: string,
  testsFile = testsFileOf(policyFile),
): Promise<PolicyFiles> {
  const [policy, tests] = await Promise.all([readText(io, policyFile), readText(io, testsFile)]);
  return { policyFile, testsFile, policy, tests };
}

/** A problem with the file in which it stands, as it is printed. */
export function complaintIn(file: string, problem: Problem): Complaint {
  const { line, column, message, remedy } = problem;
  return { pointer: file, line, column, detail: `${message}; ${remedy}` };
}

/** Ends the verb with everything that is wrong with a policy. */
export function failPolicy(errors: readonly Complaint[]): never {
  const detail = `${errors.length} ${errors.length === 1 ? 'problem' : 'problems'}`;
  return fail({ exitCode: EXIT.usage, code: 'policy_invalid', detail, errors });
}
