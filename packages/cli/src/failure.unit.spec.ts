import { CountersignError } from '@countersign/sdk';
import { describe, expect, it } from 'vitest';
import { EXIT } from './exit-code.ts';
import { failureOf } from './failure.ts';

const problem = (code: string, status: number) =>
  new CountersignError({ type: '', title: code, status, code, detail: `says ${code}` });

describe('the exit code of a problem', () => {
  it.each([
    ['unauthenticated', 401, EXIT.auth],
    ['forbidden', 403, EXIT.denied],
    ['denied', 403, EXIT.denied],
    ['self_approval', 403, EXIT.denied],
    ['not_an_approver', 403, EXIT.denied],
    ['over_quota', 429, EXIT.denied],
    ['throttled', 429, EXIT.denied],
    ['invalid_request', 400, EXIT.usage],
    ['malformed_json', 400, EXIT.usage],
    ['not_found', 404, EXIT.usage],
    ['too_large', 413, EXIT.usage],
    ['policy_invalid', 422, EXIT.usage],
    ['plan_invalid', 422, EXIT.usage],
    ['version_conflict', 409, EXIT.conflict],
    ['already_decided', 409, EXIT.conflict],
    ['digest_mismatch', 409, EXIT.conflict],
    ['void', 410, EXIT.conflict],
    ['expired', 410, EXIT.pending],
    ['unavailable', 503, EXIT.unreachable],
    ['overloaded', 503, EXIT.unreachable],
    ['no_answer', 0, EXIT.unreachable],
    ['timed_out', 0, EXIT.unreachable],
    ['unexpected_answer', 404, EXIT.unreachable],
    ['something_new', 500, EXIT.unexpected],
  ])('%s (%i) is %i', (code, status, exitCode) => {
    expect(failureOf(problem(code, status))).toMatchObject({ exitCode, code, detail: `says ${code}` });
  });

  it('names the permission that is missing, once', () => {
    const { problem: forbidden } = problem('forbidden', 403);
    const missing = (detail: string) =>
      new CountersignError({ ...forbidden, detail, required_permission: 'read_audit' });
    expect(failureOf(missing('no')).detail).toBe('no; needs read_audit');
    expect(failureOf(missing('the caller lacks read_audit')).detail).toBe('the caller lacks read_audit');
  });

  it('of anything else is 1', () => {
    expect(failureOf(new TypeError('oops'))).toMatchObject({ exitCode: EXIT.unexpected, code: 'unexpected' });
    expect(failureOf('oops')).toMatchObject({ exitCode: EXIT.unexpected, detail: 'oops' });
  });
});
