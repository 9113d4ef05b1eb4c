import { fold } from '@countersign/event-sourcing';
import { spec } from '@countersign/event-sourcing/testing';
import { describe, expect, it } from 'vitest';
import {
  AGENT,
  abandon,
  announce,
  authorize,
  block,
  CALL_ID,
  history,
  lapse,
  redeem,
  report,
} from '../testing/call-commands.ts';
import { toolCall } from './decide.ts';
import type { ToolCallEvent } from './events.ts';

/** Where a call can stand when its outcome comes, how the outcome is kept, and how the call stands then. */
const KEPT = [
  {
    standing: 'redeemed by an executor',
    given: history(announce(), authorize(), redeem()),
    late: false,
    unauthorized: false,
    status: { success: 'succeeded', failure: 'failed' },
  },
  {
    standing: 'redeemed by the caller',
    given: history(announce({ redeem: true }), authorize()),
    late: false,
    unauthorized: false,
    status: { success: 'succeeded', failure: 'failed' },
  },
  {
    standing: 'abandoned',
    given: history(announce(), authorize(), redeem(), abandon()),
    late: true,
    unauthorized: false,
    status: { success: 'succeeded', failure: 'failed' },
  },
  {
    standing: 'never redeemed',
    given: history(announce(), authorize()),
    late: false,
    unauthorized: true,
    status: { success: 'succeeded', failure: 'failed' },
  },
  {
    standing: 'lapsed',
    given: history(announce(), authorize(), lapse()),
    late: false,
    unauthorized: true,
    status: { success: 'lapsed', failure: 'lapsed' },
  },
  {
    standing: 'blocked after its authorization',
    given: history(announce(), authorize(), block({ open: 'unredeemed' })),
    late: false,
    unauthorized: true,
    status: { success: 'blocked', failure: 'blocked' },
  },
] as const;

const statusAfter = (given: readonly ToolCallEvent[], success: boolean) => {
  const before = fold(toolCall, given);
  const decided = toolCall.decide(report({ success }), before);
  return fold(toolCall, decided as readonly ToolCallEvent[], before).status;
};

describe.each(KEPT)('the outcome of a call that was $standing', ({ given, late, unauthorized, status }) => {
  it(`is recorded, late: ${late}, unauthorized: ${unauthorized}`, () => {
    const command = report();
    const { request } = announce();
    spec(toolCall)
      .given(...given)
      .when(command)
      .then({
        type: 'tool-called.v1',
        data: {
          tool_call_id: CALL_ID,
          agent_id: 'helper',
          user_id: 'alice',
          tool_name: 'read-file',
          arguments_digest: request.arguments_digest,
          arguments_shape: request.arguments_shape,
          latency_ms: 12,
          success: true,
          executed: true,
          usage: { cost_micros: 5 },
          late,
          unauthorized,
          reported_by: AGENT,
        },
        personal: command.personal,
      });
  });

  it(`leaves it ${status.success} or ${status.failure}`, () => {
    expect(statusAfter(given, true)).toBe(status.success);
    expect(statusAfter(given, false)).toBe(status.failure);
  });

  it('says so where nothing ran', () => {
    const decided = toolCall.decide(report({ success: false, executed: false }), fold(toolCall, given));
    expect(decided).toMatchObject([{ data: { success: false, executed: false } }]);
  });

  it('is recorded once: whatever is said later changes nothing', () => {
    const known = spec(toolCall).given(...given, ...history(announce(), authorize(), report()).slice(-1));
    known.when(report()).thenNothing();
    known.when(report({ success: false, usage: null })).thenNothing();
  });
});

describe('an outcome', () => {
  it.each([
    ['is not known', []],
    ['is still being judged', history(announce())],
    ['was refused', history(announce(), block())],
  ])('of a call that %s has no permit to show', (_, given) => {
    spec(toolCall)
      .given(...given)
      .when(report())
      .thenRejected('permit_invalid');
  });

  it('without a redemption ends the permit', () => {
    const given = spec(toolCall).given(...history(announce(), authorize(), report()));
    given.when(redeem()).thenRejected('permit_redeemed');
    given.when(lapse()).thenNothing();
    given.when(block({ open: 'unredeemed' })).thenNothing();
  });

  it('takes the abandonment back and is not abandoned again', () => {
    const given = spec(toolCall).given(...history(announce(), authorize(), redeem(), abandon(), report()));
    given.when(abandon()).thenNothing();
  });
});
