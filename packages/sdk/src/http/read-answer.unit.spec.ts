import { describe, expect, it } from 'vitest';
import type { Unsuccessful } from './answer.ts';
import { readAnswer, readRetryAfter } from './read-answer.ts';
import { createRedact } from './redaction.ts';

const redact = createRedact('cs_secret');

function read(status: number, body: unknown, headers: Record<string, string> = {}): Unsuccessful {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = readAnswer(new Response(text, { status, headers }), text, redact);
  if (answer.ok) throw new Error('taken for a success');
  return answer;
}

describe('readAnswer', () => {
  it.each([
    ['unavailable', 503, { transient: true, mayHaveActed: true }],
    ['overloaded', 503, { transient: true, mayHaveActed: false }],
    ['undecided', 503, { transient: false, mayHaveActed: false }],
    ['denied', 403, { transient: false, mayHaveActed: false }],
    ['throttled', 429, { transient: false, mayHaveActed: false }],
    ['some_new_failure', 500, { transient: true, mayHaveActed: true }],
  ])('judges %s', (code, status, judgement) => {
    expect(read(status, { code, detail: 'why' })).toMatchObject({ ...judgement, problem: { code, status } });
  });

  it.each([408, 429, 500, 502, 503, 504])('takes a %i of a proxy for transient and unknown', (status) => {
    expect(read(status, '<html>')).toMatchObject({
      transient: true,
      mayHaveActed: true,
      problem: { code: 'unexpected_answer', status },
    });
  });

  it.each([301, 401, 404, 418])('takes a %i of somebody else for final', (status) => {
    expect(read(status, '<html>')).toMatchObject({
      transient: false,
      problem: { code: 'unexpected_answer' },
    });
  });

  it('takes a success that is no JSON for no answer', () => {
    expect(read(200, '{"id": "01')).toMatchObject({ transient: true, mayHaveActed: true });
  });

  it('leaves out members of the wrong type, and never lets the body name the HTTP status', () => {
    const { problem } = read(403, {
      code: 'denied',
      status: 200,
      errors: 'no',
      reasons: [1],
      tool_call_id: 7,
    });
    expect(problem).toMatchObject({ status: 403, reasons: [] });
    expect(problem).not.toHaveProperty('errors');
    expect(problem).not.toHaveProperty('tool_call_id');
  });

  it('takes keys and permits out of what a server echoes', () => {
    const permit = `csp_019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11.${'m'.repeat(43)}`;
    const { problem } = read(400, { code: 'invalid_request', detail: `cs_secret with ${permit}` });
    expect(problem.detail).toBe('[key] with [permit]');
  });

  it('reads Retry-After where the body says nothing', () => {
    expect(read(503, { code: 'unavailable' }, { 'retry-after': '2' }).problem.retry_after_ms).toBe(2_000);
    const body = { code: 'throttled', retry_after_ms: 70 };
    expect(read(429, body, { 'retry-after': '2' }).problem.retry_after_ms).toBe(70);
    const never = { code: 'over_quota', retry_after_ms: null };
    expect(read(429, never, { 'retry-after': '3600' }).problem.retry_after_ms).toBeNull();
    expect(read(503, '<html>', { 'retry-after': '1' }).problem.retry_after_ms).toBe(1_000);
  });
});

describe('readRetryAfter', () => {
  const now = Date.parse('2026-11-21T09:00:00Z');
  it.each([
    ['0', 0],
    ['120', 120_000],
    ['Sat, 21 Nov 2026 09:00:05 GMT', 5_000],
    ['Sat, 21 Nov 2026 08:00:00 GMT', 0],
    ['soon', undefined],
  ])('reads %s', (header, ms) => {
    expect(readRetryAfter(header, now)).toBe(ms);
  });
});
