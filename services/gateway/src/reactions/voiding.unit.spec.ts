import type { Fall, Reach, Standing } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import { DONE } from '@countersign/processing';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { commandedAs, recordingHandler } from '../testing/announced-call.ts';
import { AT, announce, authorize, redeem } from '../testing/call-commands.ts';
import { callMessage, controlMessage } from '../testing/messages.ts';
import { toolCall } from '../toolcall/decide.ts';
import type { CallRow } from '../views/call-row.ts';
import { createCallsView } from '../views/calls.ts';
import { createVoidingReaction } from './voiding.ts';

const FALLEN: Fall = { reason: 'tool_changed', layer: 'tool', message: 'declared anew', killSwitchId: null };
const idOf = (n: number) => `01a1fd5a-0e60-7260-a743-${String(n).padStart(12, '0')}`;

/** Authorized calls 1 to `count` of acme, of which those stand that `stands` names; the view may be behind. */
async function authorizedCalls(count: number, stands: (call: Standing) => boolean = () => false) {
  const { handler, given, store, events } = recordingHandler(toolCall);
  const view = createCallsView({ decisionTimeoutMs: 2_000, outcomeTtlMs: 900_000, onChange: () => {} });
  const rows: CallRow[] = [];
  for (let n = 1; n <= count; n += 1) {
    const id = idOf(n);
    const stream = streamName('toolcall', id);
    await handler.handle(stream, announce({ tool_call_id: id }), commandedAs(`announce-${n}`));
    await handler.handle(stream, authorize(), commandedAs(`authorize-${n}`));
    view.apply(callMessage('agent.tool.requested', { position: 2 * n, call: id }));
    view.apply(callMessage('agent.tool.authorized', { position: 2 * n + 1, call: id }));
    rows.push(view.table.get(id) as CallRow);
  }
  given.length = 0;
  const asked: Reach[] = [];
  const sinces: number[] = [];
  const react = createVoidingReaction({
    toolCalls: handler,
    async *authorizedCalls(reach) {
      asked.push(reach);
      yield* rows;
    },
    async fallByEvent(_, call, since) {
      sinces.push(since);
      return stands(call) ? null : FALLEN;
    },
    clock: manualClock(AT),
  });
  return { handler, react, given, store, asked, sinces, events };
}

const changed = controlMessage('tool.declared', { position: 90, subject: 'tool-acme:delete_file' });
const engaged = (data: { scope: string; target: string | null }): Message =>
  controlMessage('killswitch.engaged', { position: 91, data });

describe('a control event', () => {
  it('ends the open permits that no longer stand, each in its own stream', async () => {
    const { react, given } = await authorizedCalls(3);
    expect(await react(changed)).toEqual(DONE);
    expect(given.map(({ stream }) => stream)).toEqual([1, 2, 3].map((n) => `toolcall-${idOf(n)}`));
    expect(given[0]).toMatchObject({
      command: { kind: 'block', open: 'unredeemed', reason: 'tool_changed', layer: 'tool' },
      metadata: { organization: 'acme', correlation: idOf(1), causation: changed.id },
    });
  });

  it('gives every call an event id of its own', async () => {
    const { react, given } = await authorizedCalls(3);
    await react(changed);
    expect(new Set(given.map(({ metadata }) => metadata.eventId(0))).size).toBe(3);
  });

  it('leaves those alone that stand', async () => {
    const { react, given } = await authorizedCalls(2, () => true);
    expect(await react(changed)).toEqual(DONE);
    expect(given).toEqual([]);
  });

  it('is asked about by what has happened since the permit was judged', async () => {
    const { react, sinces } = await authorizedCalls(2);
    await react(changed);
    expect(sinces).toEqual([2, 4]);
  });

  it('told again changes nothing', async () => {
    const { react, store } = await authorizedCalls(2);
    await react(changed);
    const { acceptedPosition } = store;
    expect(await react(changed)).toEqual(DONE);
    expect(store.acceptedPosition).toBe(acceptedPosition);
  });

  it('does not touch what was redeemed meanwhile', async () => {
    const { react, handler, events } = await authorizedCalls(1);
    const stream = streamName('toolcall', idOf(1));
    await handler.handle(stream, redeem(), commandedAs('redeem'));
    expect(await react(changed)).toEqual(DONE);
    expect((await events(stream)).at(-1)?.type).toBe('permit-redeemed.v1');
  });

  it('is tried again when the ledger takes nothing', async () => {
    const { react, store } = await authorizedCalls(1);
    await store.close();
    expect(await react(changed)).toMatchObject({ kind: 'again' });
  });
});

describe('a kill switch', () => {
  it.each([
    [{ scope: 'agent', target: 'helper' }, 'acme'],
    [{ scope: 'organization', target: 'globex' }, 'globex'],
    [{ scope: 'all', target: null }, null],
  ])('of scope %o looks through the calls that it reaches', async (target, organization) => {
    const { react, asked } = await authorizedCalls(0);
    await react(engaged(target));
    expect(asked).toEqual([organization]);
  });
});
