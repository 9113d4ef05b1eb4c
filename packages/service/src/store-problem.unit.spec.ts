import { type ProblemCode, problemSchemas } from '@countersign/contracts';
import type { StoreError } from '@countersign/event-store';
import { describe, expect, it } from 'vitest';
import { storeProblem } from './store-problem.ts';

const unavailable = (reason: 'closed' | 'failed' | 'overloaded' | 'unreachable'): StoreError => ({
  code: 'StoreUnavailable',
  reason,
  detail: '/var/lib/ledger.sqlite: EIO',
});

describe('what a caller is told when the ledger did not take a command', () => {
  it.each<[StoreError, ProblemCode, number]>([
    [{ code: 'VersionConflict', stream: 'tool-acme:x', expected: 1, actual: 2 }, 'version_conflict', 409],
    [{ code: 'EventTooLarge', bytes: 2_000_000, limit: 1_048_576 }, 'too_large', 413],
    [unavailable('overloaded'), 'overloaded', 503],
    [unavailable('closed'), 'unavailable', 503],
    [unavailable('failed'), 'unavailable', 503],
    [unavailable('unreachable'), 'unavailable', 503],
    [{ code: 'OutcomeUnknown', detail: '/var/lib/ledger.sqlite: timeout' }, 'unavailable', 503],
    [{ code: 'EmptyBatch' }, 'unavailable', 503],
  ])('%o is %s (%i)', (error, code, status) => {
    const problem = storeProblem(error);
    expect(problem).toMatchObject({ code, status });
    expect(problemSchemas[code].safeParse(problem).error).toBeUndefined();
  });

  it('names neither files nor streams', () => {
    const errors: StoreError[] = [
      { code: 'VersionConflict', stream: 'tool-acme:x', expected: 1, actual: 2 },
      unavailable('failed'),
      { code: 'OutcomeUnknown', detail: '/var/lib/ledger.sqlite: timeout' },
    ];
    for (const error of errors) expect(storeProblem(error).detail).not.toMatch(/sqlite|tool-acme/);
  });

  it('says how to go on where it is not known, and does not claim that nothing was changed', () => {
    const { title, detail } = storeProblem({ code: 'OutcomeUnknown', detail: '' });
    expect(detail).toContain('repeat the same request');
    expect(title).not.toContain('nothing was changed');
  });
});
