import { type CountersignProblem, isCountersignError } from '@countersign/sdk';
import { CommanderError } from 'commander';
import { CliError, type Failure } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

/** What a thrown value means for who called the command. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof CliError) return thrown.failure;
  if (thrown instanceof CommanderError) {
    const detail = thrown.message.replace(/^error: /, '');
    return { exitCode: EXIT.usage, code: 'usage', detail, remedy: 'see --help of the same command' };
  }
  if (isCountersignError(thrown)) return failureOfProblem(thrown.problem);
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { exitCode: EXIT.unexpected, code: 'unexpected', detail };
}

function failureOfProblem(problem: CountersignProblem): Failure {
  const { code, detail, errors, required_permission: permission } = problem;
  return {
    exitCode: exitCodeOf(problem),
    code,
    detail:
      permission === undefined || detail.includes(permission) ? detail : `${detail}; needs ${permission}`,
    errors,
    remedy: REMEDIES[code],
  };
}

/** Codes whose exit code is not that of their status. */
const BY_CODE: Readonly<Record<string, ExitCode>> = {
  no_answer: EXIT.unreachable,
  timed_out: EXIT.unreachable,
  unexpected_answer: EXIT.unreachable,
  invalid_request: EXIT.usage,
  expired: EXIT.pending,
};

const BY_STATUS: Readonly<Record<number, ExitCode>> = {
  400: EXIT.usage,
  401: EXIT.auth,
  403: EXIT.denied,
  404: EXIT.usage,
  409: EXIT.conflict,
  410: EXIT.conflict,
  413: EXIT.usage,
  415: EXIT.usage,
  422: EXIT.usage,
  429: EXIT.denied,
  503: EXIT.unreachable,
};

function exitCodeOf({ code, status }: CountersignProblem): ExitCode {
  return BY_CODE[code] ?? BY_STATUS[status] ?? EXIT.unexpected;
}

const REMEDIES: Readonly<Record<string, string>> = {
  no_answer: 'start it with `countersign start`, or name its address with --url or COUNTERSIGN_URL',
  timed_out: 'look at its /readyz and its logs, then try again',
  unexpected_answer: 'name the address of Countersign with --url or COUNTERSIGN_URL',
  unauthenticated: 'give a key that holds with --key-file, COUNTERSIGN_KEY or COUNTERSIGN_KEY_FILE',
  digest_mismatch: 'look at what is asked now with `countersign approvals show`, then decide again',
  self_approval:
    'ask somebody else: neither who asked, nor whom the call acts for, nor the agent’s owner may',
};
