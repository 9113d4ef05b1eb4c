import { describe, expect, it } from 'vitest';
import {
  type ProblemCode,
  problem,
  problemCodes,
  problemSchemas,
  problemStatus,
  problemTitle,
} from './problems.ts';

const callId = '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11';
const reasons = [{ layer: 'kill_switch', code: 'killed', message: 'a kill switch is engaged' }] as const;

/** The members that a problem of some codes must have beside those of every problem. */
const members: { readonly [Code in ProblemCode]?: object } = {
  denied: { tool_call_id: callId, reasons },
  user_not_delegated: { tool_call_id: callId, reasons },
  arguments_invalid: { tool_call_id: callId, reasons },
  undecided: { tool_call_id: callId },
  governance_violation: { rule: 'max_cost' },
  over_quota: { meter: 'tool_calls', scope: 'organization:default', limit: 10, used: 10, retry_after_ms: 5 },
  throttled: { throttle: 'include:tool_calls', limit: 10, used: 10, retry_after_ms: null },
};

describe.each(problemCodes)('%s', (code) => {
  const answered = problem(code, 'what happened this time', members[code] ?? {});

  it('says its type, title, status and code', () => {
    expect(answered).toMatchObject({
      type: `urn:countersign:problem:${code}`,
      title: problemTitle(code),
      status: problemStatus(code),
      code,
      detail: 'what happened this time',
    });
  });

  it('fits its schema, and no other code fits it', () => {
    expect(problemSchemas[code].safeParse(answered).error).toBeUndefined();
    expect(problemSchemas[code].safeParse({ ...answered, code: 'other' }).success).toBe(false);
    expect(problemSchemas[code].safeParse({ ...answered, status: 200 }).success).toBe(false);
  });

  it('has every member that callers rely on', () => {
    for (const name of Object.keys(members[code] ?? {})) {
      if (name === 'scope') continue;
      expect(problemSchemas[code].safeParse({ ...answered, [name]: undefined }).success, name).toBe(false);
    }
  });
});

it.each([
  ['not_found', 405],
  ['invalid_request', 408],
  ['invalid_request', 417],
] as const)('%s may have the status %d, which HTTP has for a case of it', (code, status) => {
  const { success } = problemSchemas[code].safeParse({ ...problem(code, 'what happened'), status });
  expect(success).toBe(true);
});

it('carries every error with its place', () => {
  const errors = [{ pointer: '/policy', detail: 'must be a rule', line: 3, column: 7 }];
  expect(problem('policy_invalid', 'one error', { errors }).errors).toEqual(errors);
  expect(problemSchemas.policy_invalid.safeParse(problem('policy_invalid', 'x', { errors })).success).toBe(
    true,
  );
});
