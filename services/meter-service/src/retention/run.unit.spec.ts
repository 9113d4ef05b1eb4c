import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type BeginFlush, type FlushBegun, type FlushEnded, flushRun } from './run.ts';

const begin = (runId: string, at: number, scheduled = false): BeginFlush => ({
  ...{ kind: 'begin', runId, at, scheduled },
  until: at + 10,
});
const begun = (run_id: string, at: number, scheduled = false): FlushBegun => ({
  type: 'flush-begun.v1',
  data: { run_id, scheduled, until: at + 10 },
});
const ended = (run_id: string): FlushEnded => ({ type: 'flush-ended.v1', data: { run_id } });

describe('the flushes of one half hour', () => {
  it('are one at a time', () => {
    spec(flushRun).given().when(begin('a', 0)).then(begun('a', 0));
    spec(flushRun).given(begun('a', 0)).when(begin('b', 9)).thenRejected('busy');
    spec(flushRun).given(begun('a', 0), ended('a')).when(begin('b', 1)).then(begun('b', 1));
  });

  it('are one by the clock, and any number by people', () => {
    const done = [begun('a', 0, true), ended('a')];
    spec(flushRun)
      .given(...done)
      .when(begin('b', 5, true))
      .thenRejected('done');
    spec(flushRun)
      .given(...done)
      .when(begin('b', 5))
      .then(begun('b', 5));
    spec(flushRun)
      .given(begun('a', 0), ended('a'))
      .when(begin('b', 5, true))
      .then(begun('b', 5, true));
  });

  it('A-RET-5: go on where one has died, whose end ends nothing of another', () => {
    spec(flushRun).given(begun('a', 0)).when(begin('b', 10)).then(begun('b', 10));
    spec(flushRun).given(begun('a', 0), begun('b', 10)).when({ kind: 'end', runId: 'a' }).thenNothing();
    spec(flushRun).given(begun('a', 0), begun('b', 10)).when({ kind: 'end', runId: 'b' }).then(ended('b'));
  });

  it('decide nothing the second time', () => {
    const runs = fc.constantFrom('a', 'b');
    alwaysIdempotent(
      flushRun,
      fc.oneof(
        fc.tuple(runs, fc.nat(30), fc.boolean()).map((args) => begin(...args)),
        runs.map((runId) => ({ kind: 'end', runId }) as const),
      ),
    );
  });
});
