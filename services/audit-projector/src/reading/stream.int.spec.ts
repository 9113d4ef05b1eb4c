import { cloudEvent } from '@countersign/contracts';
import { closeServer } from '@countersign/http';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type RunningAudit, startAudit } from '../testing/running-audit.ts';
import { followStream, type SseClient } from '../testing/sse-client.ts';
import { callId } from '../testing/upstream.ts';

const take = async (client: SseClient, count: number) => {
  const ids: string[] = [];
  while (ids.length < count) {
    const message = await client.next();
    if (!message) break;
    ids.push(message.id);
  }
  return ids;
};

/** Everything recorded of readings, once there are so many. */
async function readsOnce(running: RunningAudit, count: number) {
  for (;;) {
    const reads = await running.reads();
    if (reads.length >= count) return reads;
    await new Promise(setImmediate);
  }
}

describe('a stream of events', () => {
  it('is resumed without gap or duplicate, whenever it breaks and whatever is appended meanwhile', async () => {
    const program = fc.record({
      before: fc.integer({ min: 0, max: 20 }),
      takes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(program, async ({ before, takes }) => {
        const running = startAudit();
        const url = await running.url();
        let appended = 0;
        const append = async () => {
          appended += 1;
          // Every second one is of another organization, or of the trail itself.
          await running.upstream.append('agent.tool.evaluated', { call: appended });
          await running.upstream.append('user.registered', {
            organization: 'globex',
            id: `globex:u${appended}`,
          });
        };
        while (appended < before) await append();
        const wanted = takes.reduce((sum, count) => sum + count, 0);
        const appending = (async () => {
          while (appended < wanted) await append();
        })();
        const seen: string[] = [];
        for (const count of takes) {
          const client = await followStream(url, 'after=0', {
            ...(seen.length === 0 ? {} : { lastEventId: String(seen.at(-1)) }),
          });
          seen.push(...(await take(client, count)));
          await client.abort();
        }
        await appending;
        const { body } = await running.get(`/v1/events?limit=${wanted}`);
        expect(seen).toEqual(body.items?.map(({ position }) => position));
        await closeServer(running.app);
      }),
      { numRuns: 12 },
    );
  });

  it('sends CloudEvents, opened, with their position as id and their type as event', async () => {
    const running = startAudit();
    const client = await followStream(await running.url(), '');
    await running.upstream.append('agent.decision.made', { call: 1, text: 'thought' });
    const message = await client.next();
    expect(cloudEvent.safeParse(message?.data).error).toBeUndefined();
    expect(message).toMatchObject({ event: 'agent.decision.made', data: { data: { reasoning: 'thought' } } });
    expect(message?.id).toBe(message?.data.position);
  });

  it('begins with what comes next where no position is given', async () => {
    const running = startAudit();
    await running.upstream.append('agent.tool.evaluated', { call: 1 });
    const client = await followStream(await running.url(), '');
    const next = await running.upstream.append('agent.tool.evaluated', { call: 2 });
    expect(await take(client, 1)).toEqual([String(next.position)]);
  });

  it('lets `Last-Event-ID` win over `after`, and refuses what is no position', async () => {
    const running = startAudit();
    for (const call of [1, 2, 3]) await running.upstream.append('agent.tool.evaluated', { call });
    const url = await running.url();
    const client = await followStream(url, 'after=0', { lastEventId: '2' });
    expect(await take(client, 1)).toEqual(['3']);
    expect((await followStream(url, 'after=zero')).status).toBe(400);
    expect((await followStream(url, '', { lastEventId: 'x' })).status).toBe(400);
    // A consumer that was ahead when the ledger was restored would be sent nothing until it is as long again.
    expect((await followStream(url, 'after=0', { lastEventId: '99999' })).status).toBe(400);
    expect((await followStream(url, 'after=99999')).status).toBe(400);
  });

  it('is filtered by type and subject, and by what its reader may see', async () => {
    const running = startAudit();
    const url = await running.url();
    const own = await followStream(url, 'after=0', { as: 'agent:helper@acme' });
    const one = await followStream(url, `after=0&subject=toolcall-${callId(2)}&types=agent.tool.requested`);
    await running.upstream.announced(1);
    await running.upstream.announced(2, { agent: 'other', by: { kind: 'agent', id: 'other' } });
    await running.upstream.append('agent.tool.evaluated', { call: 1 });
    const subjects = [];
    for (let count = 0; count < 3; count += 1) subjects.push((await own.next())?.data.subject);
    expect(subjects).toEqual([`toolcall-${callId(1)}`, `toolcall-${callId(1)}`, `evaluation-${callId(1)}`]);
    expect(await one.next()).toMatchObject({
      event: 'agent.tool.requested',
      data: { subject: `toolcall-${callId(2)}` },
    });
    expect((await followStream(url, '', { as: 'user:vic@acme' })).status).toBe(403);
  });

  it('shows what has been erased as erased', async () => {
    const running = startAudit();
    await running.upstream.append('agent.decision.made', { call: 1, text: 'thought' });
    await running.vault.destroy({ organization: 'acme' });
    const client = await followStream(await running.url(), 'after=0');
    expect((await client.next())?.data.data).toMatchObject({ reasoning: { erased: true } });
  });

  it('is recorded when it opens and when it closes, with what it sent', async () => {
    const running = startAudit();
    const client = await followStream(await running.url(), 'after=0&types=agent.tool.evaluated');
    expect(await running.metrics()).toContain('sse_clients 1\n');
    await running.upstream.append('agent.tool.evaluated', { call: 1 });
    await take(client, 1);
    await client.abort();
    const filter = { types: ['agent.tool.evaluated'], subject: null, after: '0' };
    const by = { kind: 'user', id: 'olga' };
    expect(await readsOnce(running, 2)).toEqual([
      { by, what: 'stream_opened', filter, count: 0 },
      { by, what: 'stream_closed', filter, count: 1 },
    ]);
    await running.projector.close();
    expect(await running.metrics()).toContain('sse_clients 0\n');
  });

  it('ends with the server, and its end is recorded before the service has closed', async () => {
    const running = startAudit();
    const clients = await Promise.all(
      [1, 2, 3].map(async () => followStream(await running.url(), 'after=0')),
    );
    await running.upstream.append('agent.tool.evaluated', { call: 1 });
    for (const client of clients) await take(client, 1);
    await closeServer(running.app);
    await running.projector.close();
    const closed = (await running.reads()).filter(({ what }) => what === 'stream_closed');
    expect(closed.map(({ count }) => count)).toEqual([1, 1, 1]);
    for (const client of clients) expect(await client.next()).toBeNull();
  });

  it('ends before anything that follows the end of its right', async () => {
    const running = startAudit();
    const lost = await followStream(await running.url(), 'after=0', { as: 'agent:helper@acme' });
    running.revoked.add('agent:helper@acme');
    await running.upstream.append('user.registered', { id: 'acme:helper' });
    await running.upstream.append('agent.tool.evaluated', { call: 2 });
    expect(await lost.next()).toBeNull();
  });

  it('asks again only once what may have ended its right is known', async () => {
    const asked: number[] = [];
    const running = startAudit(undefined, (_principal, position) => asked.push(position) > 0);
    const client = await followStream(await running.url(), 'after=0');
    await running.upstream.append('agent.tool.evaluated', { call: 1 });
    const control = await running.upstream.append('user.registered', { id: 'acme:helper' });
    await take(client, 2);
    expect(asked).toEqual([control.position]);
  });

  it('has nothing after the end that its key was given', async () => {
    const end: { at: number | null } = { at: null };
    const running = startAudit(undefined, undefined, () => end.at);
    const client = await followStream(await running.url(), 'after=0');
    await running.upstream.append('agent.tool.evaluated', { call: 1 });
    expect(await take(client, 1)).toHaveLength(1);
    end.at = running.clock.nowMs();
    await running.upstream.append('agent.tool.evaluated', { call: 2 });
    expect(await client.next()).toBeNull();
  });

  it('ends when its key is revoked', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const running = startAudit();
      const url = await running.url();
      const [kept, lost] = [
        await followStream(url, 'after=0'),
        await followStream(url, 'after=0', { as: 'agent:helper@acme' }),
      ];
      running.revoked.add('agent:helper@acme');
      await vi.advanceTimersByTimeAsync(5_000);
      expect(await lost.next()).toBeNull();
      await running.upstream.append('agent.tool.evaluated', { call: 1 });
      expect(await take(kept, 1)).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
