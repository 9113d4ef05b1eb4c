import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CALL_ID } from '../testing/call-commands.ts';
import { callMessage } from '../testing/messages.ts';
import type { CallRow, CallStatus } from './call-row.ts';
import { createCallWatch } from './call-watch.ts';
import { createCallsView } from './calls.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const watch = createCallWatch();
const WAIT_MS = 5_000;

function row(status: CallStatus, id = CALL_ID): CallRow {
  const view = createCallsView({ decisionTimeoutMs: 2_000, outcomeTtlMs: 900_000, onChange: () => {} });
  view.apply(callMessage('agent.tool.requested', { position: 1, call: id }));
  return { ...(view.table.get(id) as CallRow), status };
}

const untilAuthorized = ({ status }: CallRow) => status === 'authorized';

describe('a watch on a call', () => {
  it('gives the first row that satisfies it, and no earlier one', async () => {
    const next = watch.next(CALL_ID, untilAuthorized, WAIT_MS);
    watch.changed(row('evaluating'));
    watch.changed(row('authorized'));
    watch.changed(row('redeemed'));
    expect((await next)?.status).toBe('authorized');
  });

  it('hears nothing of other calls', async () => {
    const next = watch.next(CALL_ID, untilAuthorized, WAIT_MS);
    watch.changed(row('authorized', '01a1fd5a-0e60-7260-a743-000000000c02'));
    vi.advanceTimersByTime(WAIT_MS);
    expect(await next).toBeNull();
  });

  it('gives nothing after its time, and not before', async () => {
    let settled: CallRow | null | undefined;
    void watch.next(CALL_ID, untilAuthorized, WAIT_MS).then((found) => {
      settled = found;
    });
    await vi.advanceTimersByTimeAsync(WAIT_MS - 1);
    expect(settled).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toBeNull();
  });

  it('ends when nobody waits for it any more, and leaves no timer', async () => {
    const gone = new AbortController();
    const next = watch.next(CALL_ID, untilAuthorized, WAIT_MS, gone.signal);
    gone.abort();
    expect(await next).toBeNull();
    expect(await watch.next(CALL_ID, untilAuthorized, WAIT_MS, gone.signal)).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with all others when they are ended, and there is none after that', async () => {
    const closing = createCallWatch();
    const all = [CALL_ID, '01a1fd5a-0e60-7260-a743-000000000c02'].map((id) =>
      closing.next(id, untilAuthorized, WAIT_MS),
    );
    closing.end();
    expect(await Promise.all(all)).toEqual([null, null]);
    expect(await closing.next(CALL_ID, untilAuthorized, WAIT_MS)).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is one of many, each with its own wish', async () => {
    const all = [
      watch.next(CALL_ID, untilAuthorized, WAIT_MS),
      watch.next(CALL_ID, ({ status }) => status === 'redeemed', WAIT_MS),
      watch.next(CALL_ID, () => true, WAIT_MS),
    ];
    for (const status of ['evaluating', 'authorized', 'redeemed'] as const) watch.changed(row(status));
    expect((await Promise.all(all)).map((found) => found?.status)).toEqual([
      'authorized',
      'redeemed',
      'evaluating',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
