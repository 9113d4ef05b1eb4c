import type { EventStream, StreamMessage } from '@countersign/http';
import { type Sealer, VAULT_CLOSED } from '@countersign/sealing';
import { describe, expect, it, vi } from 'vitest';
import { replaced } from '../testing/replaced.ts';
import { startAudit } from '../testing/running-audit.ts';
import { streamEvents } from './stream.ts';

/** A client of a stream: takes so many events at once, then none until it is told to go on. */
function client(takes: number) {
  const closing = new AbortController();
  const sent: StreamMessage[] = [];
  let room = takes;
  let wake: () => void = () => {};
  const stream: EventStream = {
    send(message) {
      sent.push(message);
      room -= 1;
      return room > 0;
    },
    drained: () =>
      new Promise((resolve) => {
        wake = resolve;
        closing.signal.addEventListener('abort', () => resolve(), { once: true });
      }),
    close: () => closing.abort(),
    closed: closing.signal,
  };
  return {
    stream,
    sent,
    goOn(more: number) {
      room = more;
      wake();
    },
  };
}

const everything = { types: null, subject: null };
const ALL = () => true;
const settle = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
};

/** A stream over a ledger with some events, to one client. */
async function streaming(
  events: number,
  takes: number,
  allowed = async () => true,
  { open, endsAfterMs }: { open?: Sealer['open']; endsAfterMs?: number } = {},
) {
  const running = startAudit();
  for (let call = 1; call <= events; call += 1)
    await running.upstream.append('agent.tool.evaluated', { call });
  const reader = client(takes);
  const { store, publisher } = running;
  const sealer = { ...running.sealer, ...(open ? { open } : {}) };
  const { nowMs } = running.clock;
  const end = endsAfterMs === undefined ? null : nowMs() + endsAfterMs;
  const right = { stillAllowed: allowed, endsAt: () => end, nowMs };
  const deps = { store, publisher, sealer, isLetGoOf: () => false, knowsRetention: async () => {} };
  const ended = streamEvents(deps, reader.stream, ALL, everything, 0, right);
  return { running, ended, ...reader };
}

describe('a slow client', () => {
  it('is sent nothing more until it has taken what it has, and then misses nothing', async () => {
    const { running, sent, goOn, stream, ended } = await streaming(20, 3);
    await settle();
    expect(sent).toHaveLength(3);
    await running.upstream.append('agent.tool.evaluated', { call: 21 });
    await settle();
    expect(sent).toHaveLength(3);
    goOn(5);
    await settle();
    expect(sent).toHaveLength(8);
    goOn(100);
    await settle();
    expect(sent.map(({ id }) => id)).toEqual(Array.from({ length: 21 }, (_, n) => String(n + 1)));
    stream.close();
    expect(await ended).toBe(21);
  });

  it('has no more than a few events held for it', async () => {
    const running = startAudit();
    const held: number[] = [];
    const store = replaced(
      running.store,
      'subscribe',
      () => (options, handler) =>
        running.store.subscribe(options, (batch) => {
          held.push(batch.events.length);
          return handler(batch);
        }),
    );
    for (let call = 1; call <= 100; call += 1)
      await running.upstream.append('agent.tool.evaluated', { call });
    const { publisher, sealer } = running;
    const deps = { store, publisher, sealer, isLetGoOf: () => false, knowsRetention: async () => {} };
    const right = { stillAllowed: async () => true, endsAt: () => null, nowMs: running.clock.nowMs };
    const reader = client(1_000);
    const reading = streamEvents(deps, reader.stream, ALL, everything, 0, right);
    await settle();
    expect(reader.sent).toHaveLength(100);
    expect(Math.max(...held)).toBeLessThanOrEqual(16);
    reader.stream.close();
    await reading;
  });

  it('that goes away is waited for no longer', async () => {
    const { sent, stream, ended } = await streaming(20, 3);
    await settle();
    stream.close();
    expect(await ended).toBe(3);
    expect(sent).toHaveLength(3);
  });
});

describe('a stream', () => {
  it('ends when the ledger does', async () => {
    const { running, stream, ended } = await streaming(1, 10);
    await settle();
    await running.store.close();
    expect(await ended).toBe(1);
    expect(stream.closed.aborted).toBe(true);
  });

  it('ends instead of sending an event without its text', async () => {
    const { running, stream, sent, ended } = await streaming(1, 10, undefined, { open: () => VAULT_CLOSED });
    await running.upstream.append('agent.decision.made', { call: 9, text: 'thought' });
    expect(await ended).toBe(1);
    expect(stream.closed.aborted).toBe(true);
    expect(sent.map(({ event }) => event)).toEqual(['agent.tool.evaluated']);
  });

  it('sends nothing after the end of what its reader was let in with, told or not', async () => {
    const { running, sent, ended } = await streaming(1, 10, undefined, { endsAfterMs: 1_000 });
    await settle();
    running.clock.advance(999);
    await running.upstream.append('agent.tool.evaluated', { call: 2 });
    await settle();
    running.clock.advance(1);
    await running.upstream.append('agent.tool.evaluated', { call: 3 });
    expect(await ended).toBe(2);
    expect(sent.map(({ id }) => id)).toEqual(['1', '2']);
  });

  it('asks at that end, and not only when it would anyway', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { running, stream, ended } = await streaming(1, 10, async () => running.clock.nowMs() < end, {
        endsAfterMs: 1_234,
      });
      const end = running.clock.nowMs() + 1_234;
      await vi.advanceTimersByTimeAsync(1_233);
      running.clock.advance(1_234);
      expect(stream.closed.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(stream.closed.aborted).toBe(true);
      expect(await ended).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['when its reader may not read any more', async () => false],
    ['when nobody can tell whether its reader may', () => Promise.reject(new Error('lost'))],
  ])('ends %s', async (_, allowed) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { stream, ended } = await streaming(1, 10, allowed);
      await vi.advanceTimersByTimeAsync(4_999);
      expect(stream.closed.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(stream.closed.aborted).toBe(true);
      expect(await ended).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
